package io.anabranch.replica.attachment;

import io.anabranch.crdt.RecordKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run: sends what waits, then fetches what the policy wants. One attachment that fails does not stop the others. */
final class TransferRun {

    private static final int WANTED_COUNT_MAX = 1_000;

    private final Parts parts;
    private final BooleanSupplier cancelled;
    private final BiConsumer<ContentHash, Long> progress;
    private @Nullable AttachmentRelay relay;
    private long sent;
    private long fetched;
    private long waiting;
    private long missing;
    private String problem = "";

    /**
     * What it works with.
     *
     * @param comesAlong whether the attachments of a record come with it, by the rule that brought the record
     */
    record Parts(
            ContentStore store,
            AttachmentIndex index,
            ContentKeeper keeper,
            AttachmentOptions options,
            Supplier<AttachmentRelay> relays,
            Predicate<RecordKey> comesAlong) {}

    TransferRun(Parts parts, BooleanSupplier cancelled, BiConsumer<ContentHash, Long> progress) {
        this.parts = parts;
        this.cancelled = cancelled;
        this.progress = progress;
    }

    TransferReport run() {
        try {
            if (parts.options.network().get() != NetworkKind.NONE) {
                parts.index.ensureComplete();
                parts.store.waiting().forEach(this::send);
                if (parts.options.fetches()) {
                    fetchWanted();
                }
            }
        } catch (AttachmentException e) {
            // What ends the run; single attachments are dealt with below.
            problem = String.valueOf(e.getMessage());
        } finally {
            if (relay != null) {
                relay.close();
            }
        }
        return new TransferReport(sent, fetched, waiting, missing, problem);
    }

    private void send(ContentHash hash) {
        if (parts.index.referrer(hash).isEmpty()) {
            waiting++;
            return;
        }
        try {
            Optional<ContentReader> found = parts.store.read(hash);
            if (found.isEmpty()) {
                waiting++;
                return;
            }
            try (ContentReader content = found.get()) {
                if (relay().send(content, transfer(hash))) {
                    parts.store.sent(hash);
                    sent++;
                } else {
                    waiting++;
                }
            }
        } catch (AttachmentException e) {
            waiting++;
            goOnOrThrow(e);
        }
    }

    private void fetchWanted() {
        List<AttachmentRef> wanted = wanted(null);
        while (!wanted.isEmpty()) {
            wanted.forEach(this::fetch);
            wanted = wanted(wanted.get(wanted.size() - 1).hash());
        }
    }

    private List<AttachmentRef> wanted(@Nullable ContentHash after) {
        List<AttachmentRef> wanted = new ArrayList<>();
        parts.index.forEach(after, (ref, key) -> {
            boolean last =
                    !wanted.isEmpty() && wanted.get(wanted.size() - 1).hash().equals(ref.hash());
            if (!last
                    && !parts.store.isHere(ref.hash())
                    && !parts.store.isEvicted(ref.hash())
                    && parts.comesAlong.test(key)) {
                wanted.add(ref);
            }
            return wanted.size() < WANTED_COUNT_MAX;
        });
        return wanted;
    }

    private void fetch(AttachmentRef ref) {
        if (!parts.keeper.hasRoom(ref.size())) {
            return;
        }
        try {
            relay().fetch(ref, parts.store, transfer(ref.hash()));
            parts.keeper.came(ref.size(), ref.hash());
            fetched++;
        } catch (AttachmentException e) {
            missing += e.code() == AttachmentException.Code.ABSENT ? 1 : 0;
            goOnOrThrow(e);
        }
    }

    private void goOnOrThrow(AttachmentException failure) {
        switch (failure.code()) {
            case ABSENT, SUPERSEDED -> {}
            case UNREACHABLE, CANCELLED, DISK_FULL -> throw failure;
            default -> problem = String.valueOf(failure.getMessage());
        }
    }

    private AttachmentRelay relay() {
        AttachmentRelay open = relay;
        if (open == null) {
            open = parts.relays.get();
            relay = open;
        }
        return open;
    }

    private AttachmentRelay.Transfer transfer(ContentHash hash) {
        return new AttachmentRelay.Transfer() {
            @Override
            public void moved(long size) {
                progress.accept(hash, size);
            }

            @Override
            public boolean isCancelled() {
                return cancelled.getAsBoolean();
            }
        };
    }
}
