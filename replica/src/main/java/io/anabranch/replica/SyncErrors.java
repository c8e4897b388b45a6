package io.anabranch.replica;

import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.state.SyncError;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * The sync errors of a replica: commits that the relay rejected, kept with their content until the user has dealt with them. They stop
 * nothing else. Thread-safe; each call blocks until it is durable.
 *
 * <pre>{@code
 * for (SyncError error : replica.errors().list(100)) {
 *     replica.errors().retry(error.seq(), Set.of("amount"), tx -> {});
 * }
 * }</pre>
 */
public final class SyncErrors {

    /** The longest note, in UTF-16 units. */
    public static final int NOTE_LENGTH_MAX = 2_000;

    private final ReplicaState state;
    private final ReplicaLoop loop;
    private final DeviceRules rules;
    private final SaveQueue saves;
    private final Runnable committed;

    /**
     * Of a replica.
     *
     * @param committed called on the loop when there is something new for the relay
     */
    SyncErrors(ReplicaState state, ReplicaLoop loop, DeviceRules rules, SaveQueue saves, Runnable committed) {
        this.state = state;
        this.loop = loop;
        this.rules = rules;
        this.saves = saves;
        this.committed = committed;
    }

    /** The sync errors, oldest first. */
    public List<SyncError> list(int countMax) {
        return loop.call(() -> state.errors().list(countMax));
    }

    /** Drops a sync error and what it wrote; false if there is none of that number. */
    public boolean discard(long seq) {
        return told(() -> state.errors().discard(seq));
    }

    /** Makes a new commit of a sync error's content as it is; its number, 0 if there is no such error. */
    public long retry(long seq) {
        return retry(seq, Set.of(), tx -> tx.unchecked());
    }

    /**
     * Makes a new commit of a sync error's content with changes, which takes its place.
     *
     * @param without fields to leave as they are without the error
     * @param edits changes on top
     * @return the new commit's number; 0 if there is no such error, or nothing would be left of it
     * @throws CommitRefusedException if the relay would reject that too; the error stays
     */
    public long retry(long seq, Set<String> without, Consumer<Transaction> edits) {
        return loop.call(() -> {
            long newSeq = state.errors().retry(seq, without, builder -> Transaction.run(edits, builder, rules));
            committed.run();
            return newSeq;
        });
    }

    /**
     * Brings the deleted records that a sync error edits back, and makes another commit of its content.
     *
     * @return the new commit's number, 0 if there is no such error
     */
    public long undelete(long seq) {
        Optional<SyncError> error =
                list(Integer.MAX_VALUE).stream().filter(one -> one.seq() == seq).findFirst();
        if (error.isEmpty()) {
            return 0;
        }
        // First a commit that does nothing else: in one with an edit the relay cannot tell it from an edit that did not
        // know.
        ReplicaLoop.join(saves.add(tx -> tx.undelete(error.get())));
        return retry(seq, Set.of(), tx -> {});
    }

    /**
     * Keeps with a sync error what the person has to say about it to the administrator, who is shown it at the relay from the next sync on.
     *
     * @param text at most {@value #NOTE_LENGTH_MAX} characters
     * @return false if there is no such error
     * @throws IllegalArgumentException if the text is too long
     */
    public boolean note(long seq, String text) {
        if (text.length() > NOTE_LENGTH_MAX) {
            throw new IllegalArgumentException("A note has at most " + NOTE_LENGTH_MAX + " characters. Shorten it.");
        }
        return told(() -> state.errors().note(seq, text));
    }

    private boolean told(Callable<Boolean> change) {
        return loop.call(() -> {
            boolean changed = change.call();
            committed.run();
            return changed;
        });
    }
}
