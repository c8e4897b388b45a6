package io.anabranch.replica.attachment;

import static io.anabranch.replica.state.ReplicaFamilies.ATTACHMENTS;
import static io.anabranch.replica.state.ReplicaFamilies.META;
import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.state.RecordChange;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.RecordKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which records of a device refer to which content: rows beside the records, one for each record and content.
 *
 * <p>Rows are written after the records, not with them, so a crash can lose some. A mark that is there only between a
 * clean end and the next opening tells; without it the records are read through once. A row may be stale, and is checked
 * against its record whenever it matters.
 */
final class AttachmentIndex {

    private static final byte[] COMPLETE = "attachments/complete".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PREFIX = AttachmentRef.PREFIX.getBytes(StandardCharsets.US_ASCII);
    private static final int BATCH_COUNT_MAX = 1_000;

    private final Storage storage;
    private final Executor owner;
    /** How often the records had to be read through, and how often they were. */
    private final AtomicLong readingsDue = new AtomicLong();

    private volatile long readings;

    /** Opens it on the thread that owns the storage, which is {@code owner} later. */
    AttachmentIndex(Storage storage, Executor owner) {
        this.storage = storage;
        this.owner = owner;
        if (storage.get(META, COMPLETE) != null) {
            readingsDue.set(dropMark() ? 0 : 1);
        } else {
            try (Scan scan = storage.scan(RECORDS, new byte[0], null)) {
                readingsDue.set(scan.next() ? 1 : 0);
            }
        }
    }

    /** A disk that takes no writes still lets a device be opened and read. */
    private boolean dropMark() {
        try {
            WriteBatch batch = new WriteBatch();
            batch.delete(META, COMPLETE);
            storage.write(batch, Durability.BUFFERED);
            return true;
        } catch (StorageException e) {
            return false;
        }
    }

    /** After the last change: on a thread that may write. */
    void close() {
        if (isComplete()) {
            try {
                WriteBatch batch = new WriteBatch();
                batch.put(META, COMPLETE, new byte[0]);
                storage.write(batch, Durability.BUFFERED);
            } catch (StorageException e) {
                // The next opening reads the records through.
            }
        }
    }

    /** Very many records have changed, and nobody was told which; on the thread that owns the storage. */
    void changedMuch() {
        readingsDue.incrementAndGet();
    }

    private boolean isComplete() {
        return readings == readingsDue.get();
    }

    /**
     * What a change of records did.
     *
     * @param added the content that something refers to which did not before
     * @param left whether records that refer to content have left the device
     */
    record Effect(Set<ContentHash> added, boolean left) {}

    /**
     * Records have changed; on the thread that owns the storage. The rows of a record that has left the device stay until what it
     * referred to is removed.
     */
    Effect changed(List<RecordChange> changes) {
        WriteBatch batch = new WriteBatch();
        Set<ContentHash> added = new HashSet<>();
        boolean left = false;
        for (RecordChange change : changes) {
            Set<AttachmentRef> before = AttachmentRef.in(change.before());
            Set<AttachmentRef> after = AttachmentRef.in(change.after());
            if (before.isEmpty() && after.isEmpty()) {
                continue;
            } else if (change.after().isEmpty()) {
                left = true;
                continue;
            }
            byte[] key = RecordKeys.encode(change.after().key());
            before.stream()
                    .filter(ref -> !after.contains(ref))
                    .forEach(ref -> batch.delete(ATTACHMENTS, row(ref.hash(), key)));
            after.forEach(ref -> batch.put(ATTACHMENTS, row(ref.hash(), key), text(ref)));
            after.stream().filter(ref -> !before.contains(ref)).forEach(ref -> added.add(ref.hash()));
        }
        if (!batch.isEmpty()) {
            storage.write(batch, Durability.BUFFERED);
        }
        return new Effect(added, left);
    }

    /** Makes sure that no reference is missing; may read all records. Blocks, and not on the owner's thread. */
    synchronized void ensureComplete() {
        long due = readingsDue.get();
        if (readings == due) {
            return;
        }
        WriteBatch batch = new WriteBatch();
        try (Scan scan = storage.scan(RECORDS, new byte[0], null)) {
            while (scan.next()) {
                byte[] value = scan.value();
                if (mentions(value)) {
                    byte[] key = scan.key();
                    AttachmentRef.in(Record.decode(RecordKeys.decode(key, 0), value))
                            .forEach(ref -> batch.put(ATTACHMENTS, row(ref.hash(), key), text(ref)));
                }
                if (batch.count() >= BATCH_COUNT_MAX) {
                    write(batch);
                }
            }
        }
        write(batch);
        readings = due;
    }

    private void write(WriteBatch batch) {
        if (!batch.isEmpty()) {
            CompletableFuture.runAsync(() -> storage.write(batch, Durability.BUFFERED), owner)
                    .join();
            batch.clear();
        }
    }

    private static boolean mentions(byte[] value) {
        int last = value.length - PREFIX.length;
        for (int at = 0; at <= last; at++) {
            if (value[at] == PREFIX[0] && Arrays.equals(value, at, at + PREFIX.length, PREFIX, 0, PREFIX.length)) {
                return true;
            }
        }
        return false;
    }

    /** What {@link #standing} says of content. */
    enum Standing {
        /** A record that exists refers to it. */
        REFERRED,
        /** Records referred to it that were deleted or changed, and may again. */
        WAS_REFERRED,
        /** All records that referred to it have left this device. */
        LEFT,
        /** Nothing is known to have referred to it, as of content that is to be committed. */
        NEVER_REFERRED
    }

    /** How the records stand to content. */
    Standing standing(ContentHash hash) {
        if (referrer(hash).isPresent()) {
            return Standing.REFERRED;
        }
        Standing standing = Standing.NEVER_REFERRED;
        byte[] prefix = hash.bytes();
        try (Scan scan = storage.scan(ATTACHMENTS, prefix, endOf(prefix))) {
            while (scan.next()) {
                if (storage.get(RECORDS, recordKey(scan.key())) != null) {
                    return Standing.WAS_REFERRED;
                }
                standing = Standing.LEFT;
            }
        }
        return standing;
    }

    /** Forgets the records that have left. Blocks, and not on the owner's thread. */
    void forgetLeft(ContentHash hash) {
        CompletableFuture.runAsync(() -> deleteLeft(hash), owner).join();
    }

    private void deleteLeft(ContentHash hash) {
        WriteBatch batch = new WriteBatch();
        byte[] prefix = hash.bytes();
        try (Scan scan = storage.scan(ATTACHMENTS, prefix, endOf(prefix))) {
            while (scan.next()) {
                if (storage.get(RECORDS, recordKey(scan.key())) == null) {
                    batch.delete(ATTACHMENTS, scan.key());
                }
            }
        }
        if (!batch.isEmpty()) {
            storage.write(batch, Durability.BUFFERED);
        }
    }

    private static byte[] recordKey(byte[] row) {
        return Arrays.copyOfRange(row, ContentHash.SIZE, row.length);
    }

    /** A record that exists and refers to content; empty if there is none. */
    Optional<RecordKey> referrer(ContentHash hash) {
        byte[] prefix = hash.bytes();
        try (Scan scan = storage.scan(ATTACHMENTS, prefix, endOf(prefix))) {
            while (scan.next()) {
                RecordKey key = RecordKeys.decode(scan.key(), ContentHash.SIZE);
                if (refers(key, hash)) {
                    return Optional.of(key);
                }
            }
        }
        return Optional.empty();
    }

    /** Calls back with each reference after a hash that holds, and its record, ascending by hash, until it answers false. */
    void forEach(@Nullable ContentHash after, BiPredicate<AttachmentRef, RecordKey> action) {
        byte[] from = after == null ? new byte[0] : endOf(after.bytes());
        try (Scan scan = storage.scan(ATTACHMENTS, from, null)) {
            while (scan.next()) {
                Optional<AttachmentRef> ref = AttachmentRef.parse(new String(scan.value(), StandardCharsets.UTF_8));
                RecordKey key = RecordKeys.decode(scan.key(), ContentHash.SIZE);
                if (ref.isPresent() && refers(key, ref.get().hash()) && !action.test(ref.get(), key)) {
                    return;
                }
            }
        }
    }

    private boolean refers(RecordKey key, ContentHash hash) {
        byte @Nullable [] bytes = storage.get(RECORDS, RecordKeys.encode(key));
        if (bytes == null) {
            return false;
        }
        Record record = Record.decode(key, bytes);
        return record.alive()
                && AttachmentRef.in(record).stream().anyMatch(ref -> ref.hash().equals(hash));
    }

    private static byte[] row(ContentHash hash, byte[] recordKey) {
        return ByteBuffer.allocate(ContentHash.SIZE + recordKey.length)
                .put(hash.bytes())
                .put(recordKey)
                .array();
    }

    /** After all rows of a hash: no record's key begins with this byte, which is in no UTF-8. */
    private static byte[] endOf(byte[] hash) {
        byte[] end = Arrays.copyOf(hash, hash.length + 1);
        end[hash.length] = (byte) 0xff;
        return end;
    }

    private static byte[] text(AttachmentRef ref) {
        return ref.text().getBytes(StandardCharsets.UTF_8);
    }
}
