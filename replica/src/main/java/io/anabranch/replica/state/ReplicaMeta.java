package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.Position;
import io.anabranch.proto.Page;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.Positions;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The single values of a store, and their keys in the family {@code meta}. */
final class ReplicaMeta {

    static final byte[] HEAD = ReplicaFamilies.metaKey("head");
    static final byte[] APPLIED = ReplicaFamilies.metaKey("applied");
    static final byte[] STAGED = ReplicaFamilies.metaKey("staged");
    static final byte[] AHEAD = ReplicaFamilies.metaKey("ahead");
    static final byte[] CLOCK_OFFSET = ReplicaFamilies.metaKey("clock_offset");
    private static final String FLOOR = "floor\0";

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

    static byte[] floorKey(byte[] recordKey) {
        byte[] prefix = ReplicaFamilies.metaKey(FLOOR);
        byte[] key = Arrays.copyOf(prefix, prefix.length + recordKey.length);
        System.arraycopy(recordKey, 0, key, prefix.length, recordKey.length);
        return key;
    }

    static long number(StorageReader storage, byte[] key) {
        byte @Nullable [] bytes = storage.get(META, key);
        return bytes == null ? 0 : ReplicaFamilies.number(bytes);
    }
}
