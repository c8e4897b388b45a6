package io.anabranch.replica;

import io.anabranch.replica.state.EvictedRange;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.storage.Storage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that the files lose the bytes of what the device has lost the right to: some time after it left, and at the latest when the
 * replica is closed. What leaves meanwhile is erased with it, so that a device whose scope moves all day rewrites its files now and then.
 */
final class FileErasure {

    private static final Logger LOG = LoggerFactory.getLogger(FileErasure.class);
    private static final long DELAY_SECONDS = 60;

    private final ReplicaState state;
    private final ReplicaLoop loop;
    private final Storage storage;
    private boolean scheduled;

    FileErasure(ReplicaState state, ReplicaLoop loop, Storage storage) {
        this.state = state;
        this.loop = loop;
        this.storage = storage;
    }

    /** On the loop: something has changed. */
    void changed() {
        if (!scheduled && state.evictedRange().isPresent()) {
            scheduled = true;
            CompletableFuture.delayedExecutor(DELAY_SECONDS, TimeUnit.SECONDS).execute(this::runLater);
        }
    }

    /** Erases what there is to erase; blocks. */
    void run() {
        Optional<EvictedRange> range = loop.call(state::evictedRange);
        range.ifPresent(found -> {
            found.erase(storage);
            loop.call(() -> {
                state.erased(found);
                return true;
            });
            found.eraseItself(storage);
        });
    }

    private void runLater() {
        try {
            loop.call(() -> {
                scheduled = false;
                return true;
            });
            run();
        } catch (RejectedExecutionException | IllegalStateException e) {
            LOG.debug("the replica was closed before its files were rewritten; closing does that");
        } catch (RuntimeException e) {
            LOG.warn("what has left the device could not be erased from its files; it is tried again", e);
        }
    }
}
