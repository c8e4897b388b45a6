package io.anabranch.replica.attachment;

import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.state.RecordChange;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.tracking.NetworkKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device's attachments: content that its records refer to. Thread-safe.
 *
 * <p>Content is added here first, and then referred to by a commit, which never waits for it; sync sends it after the commit.
 * What other devices added is here when the policy brings it along, or when it is fetched; before that it reads as not here yet.
 * Content that is here is whole and verified. A transfer that was cut, cancelled or killed goes on after its last good chunk.
 *
 * <pre>{@code
 * AttachmentRef photo = replica.attachments().add(Path.of("door.jpg"), "image/jpeg");
 * replica.commit(tx -> tx.record("visit", "v1").set("photo", photo.value()));
 * …
 * Optional<InputStream> here = replica.attachments().open(photo);
 * replica.attachments().fetch(photo, bytes -> show(bytes)).join();
 * }</pre>
 */
public final class Attachments {

    private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);
    private static final int LISTED_MAX = 100_000;

    private final ContentStore store;
    private final AttachmentIndex index;
    private final ContentKeeper keeper;
    private final TransferDesk desk;
    private final LongSupplier wallMillis;

    /**
     * Where content is.
     *
     * @param directory made if it is missing
     * @param cipher how its files are encrypted, if they are
     */
    public record Place(Path directory, ContentCipher cipher) {

        /** Opens the content there. */
        public ContentStore store(ContentStore.Limits limits) {
            return ContentStore.open(directory, limits, cipher);
        }
    }

    /**
     * What a device gives.
     *
     * @param place where the content is
     * @param storage holds the rows that say which records refer to what
     * @param owner runs tasks on the thread that writes to the storage
     * @param wallMillis the wall clock, ms since 1970
     * @param network what the device is on, as far as the application has said; any thread
     */
    public record Setup(
            Place place, Storage storage, Executor owner, LongSupplier wallMillis, Supplier<NetworkKind> network) {}

    /**
     * Opens them, on the thread that opened the storage.
     *
     * @param relays connects to the relay; fails with {@link AttachmentException}
     */
    public Attachments(Setup setup, AttachmentOptions options, Supplier<AttachmentRelay> relays) {
        this.wallMillis = setup.wallMillis;
        this.store = setup.place.store(options.limits());
        this.index = new AttachmentIndex(setup.storage, setup.owner);
        this.keeper = new ContentKeeper(store, index, options, wallMillis);
        this.desk = new TransferDesk(new TransferRun.Parts(store, index, keeper, options, relays, setup.network));
    }

    /**
     * Adds content. Blocks; durable on return, and sent once a commit refers to it. What no record refers to is removed after the grace.
     *
     * @param in read to its end, in bounded memory, and not closed
     * @param mediaType such as {@code image/png}
     * @param name the file's name; what comes before the last slash is dropped
     * @throws AttachmentException TOO_LARGE or DISK_FULL; nothing is kept
     */
    public AttachmentRef add(InputStream in, String mediaType, String name) {
        AttachmentRef probe = new AttachmentRef(
                new ContentHash("0".repeat(2 * ContentHash.SIZE)), 0, mediaType.toLowerCase(Locale.ROOT), plain(name));
        try {
            ChunkList list = store.add(in);
            keeper.came(list.size(), list.hash());
            return new AttachmentRef(list.hash(), list.size(), probe.mediaType(), probe.name());
        } catch (IOException e) {
            throw AttachmentException.of(e);
        }
    }

    /** Adds a file under its own name. */
    public AttachmentRef add(Path file, String mediaType) {
        try (InputStream in = Files.newInputStream(file)) {
            return add(in, mediaType, String.valueOf(file.getFileName()));
        } catch (IOException e) {
            throw new UncheckedIOException("the file cannot be read: " + file, e);
        }
    }

    /**
     * Opens content that is here whole, empty if it is not. The caller closes it. Every chunk is verified when it is read; on damage the
     * stream fails with an {@link IOException}, and what is damaged is fetched again by {@link #fetch}.
     */
    public Optional<InputStream> open(AttachmentRef ref) {
        Optional<InputStream> content = store.read(ref.hash()).map(ContentReader::stream);
        if (content.isPresent()) {
            store.touch(ref.hash(), wallMillis.getAsLong());
        }
        return content;
    }

    /** Where an attachment stands. Looks at the disk. */
    public AttachmentStatus status(AttachmentRef ref) {
        boolean here = store.isHere(ref.hash());
        long size = here ? ref.size() : Math.min(ref.size(), store.sizeHere(ref.hash()));
        AttachmentStatus.State state = here
                ? AttachmentStatus.State.HERE
                : size > 0 ? AttachmentStatus.State.PARTLY : AttachmentStatus.State.ABSENT;
        return new AttachmentStatus(ref, state, size, store.waiting().contains(ref.hash()));
    }

    /**
     * Fetches content from the relay, whatever the policy, unless it is here.
     *
     * @param onProgress told how many bytes are here, on a thread of the transfers
     * @return completes when it is here; exceptionally with an {@link AttachmentException}, ABSENT if the relay does not have it yet. Cancelling
     *     it ends the transfer; the next one goes on from there.
     */
    public CompletableFuture<AttachmentRef> fetch(AttachmentRef ref, LongConsumer onProgress) {
        return desk.fetch(ref, onProgress);
    }

    /** What the records of this device refer to, ascending by hash, each once, up to 100,000. May read all records after a crash. */
    public List<AttachmentStatus> list() {
        index.ensureComplete();
        List<AttachmentStatus> found = new ArrayList<>();
        index.forEach(null, (ref, key) -> {
            AttachmentStatus latest = found.isEmpty() ? null : found.get(found.size() - 1);
            if (latest == null || !latest.ref().hash().equals(ref.hash())) {
                found.add(status(ref));
            }
            return found.size() < LISTED_MAX;
        });
        return found;
    }

    /**
     * Sends what waits and fetches what the policy wants, now, as every sync has it done in the background.
     *
     * @param onProgress told of each chunk that has moved, on a thread of the transfers
     * @return completes when everything possible is done; cancelling it ends the transfers
     */
    public CompletableFuture<TransferReport> transfer(Consumer<AttachmentProgress> onProgress) {
        return desk.transfer(onProgress);
    }

    /** There is a connection, and perhaps something new: transfers what there is, in the background. Returns at once. */
    public void wake() {
        desk.wake();
    }

    /** Records have changed; called on the thread that owns the storage, after the change. */
    public void changed(List<RecordChange> changes) {
        AttachmentIndex.Effect effect = index.changed(changes);
        for (ContentHash hash : effect.added()) {
            offerAgain(hash);
            desk.changed();
        }
        if (effect.left()) {
            desk.wakeAnyway();
        }
    }

    /** Very many records have changed at once; called on the thread that owns the storage, after the change. */
    public void changedMuch() {
        index.changedMuch();
        desk.wakeAnyway();
    }

    /** The device is on another network. Returns at once. */
    public void networkChanged() {
        desk.wakeAnyway();
    }

    /** The relay may have dropped it when nothing referred to it. */
    private void offerAgain(ContentHash hash) {
        try {
            if (store.isHere(hash)) {
                store.await(hash);
            }
        } catch (AttachmentException e) {
            LOG.warn("an attachment that is here could not be marked to be offered to the relay again", e);
        }
    }

    /** Ends transfers, and waits for that. The storage and its thread are still there. */
    public void stop() {
        desk.close();
    }

    /** Closes the index; after {@link #stop}, when nothing changes any more, on a thread that may write. */
    public void close() {
        index.close();
    }

    private static String plain(String name) {
        String last = name.substring(1 + Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')))
                .replaceAll("\\p{Cntrl}", "");
        return last.length() > AttachmentRef.NAME_LENGTH_MAX
                ? last.substring(last.length() - AttachmentRef.NAME_LENGTH_MAX)
                : last;
    }
}
