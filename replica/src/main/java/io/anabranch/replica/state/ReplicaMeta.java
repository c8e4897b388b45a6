package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Page;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.Positions;
import io.anabranch.replica.wire.RecordKeys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The single values of a store, and their keys in the family {@code meta}. */
final class ReplicaMeta {

    static final byte[] HEAD = ReplicaFamilies.metaKey("head");
    static final byte[] APPLIED = ReplicaFamilies.metaKey("applied");
    static final byte[] STAGED = ReplicaFamilies.metaKey("staged");
    static final byte[] READY = ReplicaFamilies.metaKey("ready");
    static final byte[] READY_END = ReplicaFamilies.metaKey("ready_end");
    static final byte[] STAGED_COUNTS = ReplicaFamilies.metaKey("staged_counts");
    static final byte[] CLOCK_OFFSET = ReplicaFamilies.metaKey("clock_offset");
    static final byte[] EVICTED = ReplicaFamilies.metaKey("evicted");
    /** There is a value while the families of the next generation have what another one has taken the place of. */
    static final byte[] OUTLIVED = ReplicaFamilies.metaKey("outlived");

    /** The number of the latest order to refresh that was followed. */
    static final byte[] REFRESH_FOLLOWED = ReplicaFamilies.metaKey("refresh_followed");

    static final byte[] PLAN = ReplicaFamilies.metaKey("plan");
    static final byte[] LOADED = ReplicaFamilies.metaKey("loaded");
    private static final String FLOOR = "floor\0";
    private static final String INDEX = "index\0";
    private static final String LEFT = "left\0";
    private static final String DOUBTED = "doubted\0";

    private ReplicaMeta() {}

    /** How far pages are applied or staged: the relay's cursor and what it stands for. */
    record Progress(byte[] cursor, Position position, boolean consistent) {

        static final Progress NONE = new Progress(new byte[0], Position.START, false);

        static Progress of(Page page) {
            return new Progress(page.getCursor().toByteArray(), Positions.of(page.getPosition()), page.getConsistent());
        }
    }

    static Progress progress(StorageReader storage, byte[] key) {
        byte[] bytes = storage.get(META, key);
        if (bytes == null) {
            return Progress.NONE;
        }
        try {
            return Progress.of(Page.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException("the cursor is damaged; refresh the store", Map.of(), e);
        }
    }

    /** Stores progress as a page without patches. */
    static void putProgress(WriteBatch batch, byte[] key, Page page, boolean consistent) {
        Page progress = page.toBuilder()
                .clearPatches()
                .clearPatchesSize()
                .setConsistent(consistent)
                .build();
        batch.put(META, key, progress.toByteArray());
    }

    /** Stores progress as it was read. */
    static void putProgress(WriteBatch batch, byte[] key, Progress progress) {
        Page page = Page.newBuilder()
                .setCursor(ByteString.copyFrom(progress.cursor()))
                .setPosition(Positions.toMessage(progress.position()))
                .setConsistent(progress.consistent())
                .build();
        batch.put(META, key, page.toByteArray());
    }

    static byte[] floorKey(byte[] recordKey) {
        return key(FLOOR, recordKey);
    }

    /** Where an index stands. */
    static byte[] indexKey(String name) {
        return key(INDEX, name.getBytes(StandardCharsets.UTF_8));
    }

    /** After all keys that begin so; the last byte is not the greatest. */
    static byte[] endOf(byte[] prefix) {
        byte[] end = prefix.clone();
        end[end.length - 1]++;
        return end;
    }

    /** Before all keys of records that have left. */
    static byte[] leftPrefix() {
        return ReplicaFamilies.metaKey(LEFT);
    }

    /** Before all keys of records in doubt. */
    static byte[] doubtedPrefix() {
        return ReplicaFamilies.metaKey(DOUBTED);
    }

    /** There is a value for each record that has left the scope and waits for the verdicts on commits of it. */
    static byte[] leftKey(byte[] recordKey) {
        return key(LEFT, recordKey);
    }

    /** The records that wait so. */
    static List<RecordKey> left(StorageReader storage) {
        return keys(storage, LEFT);
    }

    /** There is a value for each record that the relay has not given since the download was started over. */
    static byte[] doubtedKey(byte[] recordKey) {
        return key(DOUBTED, recordKey);
    }

    /** These records. */
    static List<RecordKey> doubted(StorageReader storage) {
        return keys(storage, DOUBTED);
    }

    private static List<RecordKey> keys(StorageReader storage, String prefix) {
        byte[] from = ReplicaFamilies.metaKey(prefix);
        byte[] end = endOf(from);
        List<RecordKey> left = new ArrayList<>();
        try (Scan scan = storage.scan(META, from, end)) {
            while (scan.next()) {
                left.add(RecordKeys.decode(scan.key(), from.length));
            }
        }
        return left;
    }

    private static byte[] key(String name, byte[] suffix) {
        byte[] prefix = ReplicaFamilies.metaKey(name);
        byte[] key = Arrays.copyOf(prefix, prefix.length + suffix.length);
        System.arraycopy(suffix, 0, key, prefix.length, suffix.length);
        return key;
    }

    static long number(StorageReader storage, byte[] key) {
        byte @Nullable [] bytes = storage.get(META, key);
        return bytes == null ? 0 : ReplicaFamilies.number(bytes);
    }
}
