package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.INDEX;

import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.StorageReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A walk over a part of an index. One thread; the caller closes it. */
public final class IndexScan implements AutoCloseable {

    private final Scan scan;
    private final String type;

    /**
     * What of an index is wanted.
     *
     * @param id the index, as {@link RecordIndexes#find} says
     * @param from the least value, as {@link IndexKeys} has it
     * @param last the greatest value; values that it begins are included
     * @param descending from the greatest to the least
     */
    public record Part(int id, byte[] from, byte[] last, boolean descending) {

        /** All of an index. */
        public static Part all(int id, boolean descending) {
            return new Part(id, new byte[0], new byte[0], descending);
        }
    }

    /** Opens one over records of a type. */
    public IndexScan(StorageReader reader, String type, Part part) {
        this.type = type;
        byte[] from = RecordIndexes.key(part.id, part.from);
        byte[] end = after(RecordIndexes.key(part.id, part.last));
        this.scan = part.descending ? reader.scanBackward(INDEX, from, end) : reader.scan(INDEX, from, end);
    }

    /** Moves to the next entry; false if there is none. */
    public boolean next() {
        return scan.next();
    }

    /** The value of this entry as {@link IndexKeys} has it. */
    public ByteBuffer value() {
        byte[] key = scan.key();
        return ByteBuffer.wrap(key, Integer.BYTES, IndexKeys.size(key, Integer.BYTES))
                .slice();
    }

    /** The record of this entry. */
    public RecordKey record() {
        byte[] key = scan.key();
        int at = Integer.BYTES + IndexKeys.size(key, Integer.BYTES);
        return new RecordKey(type, new String(key, at, key.length - at, StandardCharsets.UTF_8));
    }

    /** Whether this value is the one that counts for the record's place in an order. */
    public boolean isFirst() {
        return scan.value()[0] == 1;
    }

    @Override
    public void close() {
        scan.close();
    }

    /** After all keys that begin with these bytes; there is one, since an index's number is not the greatest. */
    private static byte[] after(byte[] bytes) {
        int at = bytes.length - 1;
        while (bytes[at] == -1) {
            at--;
        }
        byte[] after = Arrays.copyOf(bytes, at + 1);
        after[at]++;
        return after;
    }
}
