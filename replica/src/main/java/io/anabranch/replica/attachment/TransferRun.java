package io.anabranch.replica.attachment;

import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.schema.AttachmentPolicy;
import io.anabranch.replica.tracking.NetworkKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run: sends what waits, then fetches what the policy wants. One attachment that fails does not stop the others. */
final class TransferRun {

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
     * @param network what the device is on, as far as the application has said
     */
    record Parts(
            ContentStore store,
            AttachmentIndex index,
            ContentKeeper keeper,
            AttachmentOptions options,
            Supplier<AttachmentRelay> relays,
            Supplier<NetworkKind> network) {}

    TransferRun(Parts parts, BooleanSupplier cancelled, BiConsumer<ContentHash, Long> progress) {
        this.parts = parts;
        this.cancelled = cancelled;
        this.progress = progress;
    }

    TransferReport run() {
        try {
            if (parts.network.get() != NetworkKind.NONE) {
                parts.index.ensureComplete();
                parts.store.waiting().forEach(this::send);
                if (isFetching(AttachmentPolicy.WITH_RECORD)) {
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

    private boolean isFetching(AttachmentPolicy byRules) {
        return parts.options.fetches(byRules, parts.network.get());
    }

    private void fetchWanted() {
        List<AttachmentRef> absent = absent(null);
        while (!absent.isEmpty()) {
            fetchWanted(absent);
            absent = absent(absent.get(absent.size() - 1).hash());
        }
    }

    /** The relay knows by which rules the records came. */
    private void fetchWanted(List<AttachmentRef> absent) {
        List<AttachmentAnswer> answers = relay().ask(
                        absent.stream().map(AttachmentRef::hash).toList(),
                        transfer(absent.get(0).hash()));
        for (int i = 0; i < absent.size(); i++) {
            if (isFetching(answers.get(i).policy())) {
                if (answers.get(i).isHere()) {
                    fetch(absent.get(i));
                } else {
                    missing++;
                }
            }
        }
    }

    private List<AttachmentRef> absent(@Nullable ContentHash after) {
        List<AttachmentRef> absent = new ArrayList<>();
        parts.index.forEach(after, (ref, key) -> {
            boolean last =
                    !absent.isEmpty() && absent.get(absent.size() - 1).hash().equals(ref.hash());
            if (!last && !parts.store.isHere(ref.hash()) && !parts.store.isEvicted(ref.hash())) {
                absent.add(ref);
            }
            return absent.size() < AttachmentRelay.ASKED_COUNT_MAX;
        });
        return absent;
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
