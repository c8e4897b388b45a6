package io.anabranch.replica.refresh;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.anabranch.crdt.MalformedRecordException;
import io.anabranch.crdt.Record;
import io.anabranch.proto.SnapshotSegment;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.RecordKeys;
import io.anabranch.replica.wire.WireLimits;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads a segment from outside. Everything is checked: the hash, the order of the keys, each key and each state. */
public final class SegmentReader {

    private static final int BLOCK_SIZE_MAX = WireLimits.PAYLOAD_SIZE_MAX + SegmentWriter.BLOCK_SIZE_TARGET + (1 << 20);

    private final SnapshotSegment said;
    private final byte[] segment;
    private byte[] first = new byte[0];
    private byte[] key = new byte[0];
    private byte[] plain = new byte[0];
    private long records;
    private long plainSize;
    private int at;

    /** Takes what a segment has. */
    public interface Entries {
        /** The next entry; the arrays are the receiver's. */
        void entry(byte[] key, byte[] value);
    }

    private SegmentReader(SnapshotSegment said, byte[] segment) {
        this.said = said;
        this.segment = segment;
    }

    /**
     * Calls back with the entries of a segment, ascending by key.
     *
     * @param said what the manifest says of it
     * @throws MalformedMessageException if it is not what the manifest says, or malformed; entries may have been told before
     */
    public static void read(SnapshotSegment said, byte[] segment, Entries entries) {
        byte[] hash = SnapshotManifests.sha256(segment);
        if (!Arrays.equals(hash, said.getHash().toByteArray())) {
            throw new MalformedMessageException(
                    "a segment of the snapshot is damaged: it is not the one that was signed");
        }
        new SegmentReader(said, segment).read(entries);
    }

    /** As the other method, without the checks that need a manifest, for measurements and for looking into files. */
    public static void readUnchecked(byte[] segment, Entries entries) {
        SegmentReader reader = new SegmentReader(SnapshotSegment.getDefaultInstance(), segment);
        reader.blocks(entries);
    }

    private void read(Entries entries) {
        blocks(entries);
        require(
                records == said.getRecords()
                        && plainSize == said.getPlainSize()
                        && Arrays.equals(key, said.getLastKey().toByteArray())
                        && Arrays.equals(first, said.getFirstKey().toByteArray()),
                "a segment does not have what its manifest says");
    }

    private void blocks(Entries entries) {
        require(
                segment.length >= SegmentWriter.MAGIC.length
                        && Arrays.equals(
                                segment,
                                0,
                                SegmentWriter.MAGIC.length,
                                SegmentWriter.MAGIC,
                                0,
                                SegmentWriter.MAGIC.length),
                "a segment of the snapshot is of another layout");
        ByteBuffer blocks = ByteBuffer.wrap(segment).position(SegmentWriter.MAGIC.length);
        while (blocks.hasRemaining()) {
            require(blocks.remaining() >= 2 * Integer.BYTES, "a segment is cut short");
            int plainLength = blocks.getInt();
            int packedLength = blocks.getInt();
            require(plainLength > 0 && plainLength <= BLOCK_SIZE_MAX, "a block of a segment is too large");
            require(packedLength > 0 && packedLength <= blocks.remaining(), "a segment is cut short");
            unpack(blocks.position(), packedLength, plainLength);
            blocks.position(blocks.position() + packedLength);
            entries(plainLength, entries);
        }
    }

    private void unpack(int from, int packedLength, int plainLength) {
        if (plain.length < plainLength) {
            plain = new byte[plainLength];
        }
        try {
            long size = Zstd.decompressByteArray(plain, 0, plainLength, segment, from, packedLength);
            require(size == plainLength, "a block of a segment is not of the size it says");
        } catch (ZstdException e) {
            throw new MalformedMessageException("a block of a segment does not decompress", e);
        }
    }

    private void entries(int length, Entries entries) {
        at = 0;
        boolean isFirst = true;
        while (at < length) {
            int shared = varint(length);
            int more = varint(length);
            int size = varint(length);
            require(shared <= (isFirst ? 0 : key.length), "an entry of a segment shares what is not there");
            require((long) at + more + size <= length, "an entry of a segment is cut short");
            byte[] next = Arrays.copyOf(key, shared + more);
            System.arraycopy(plain, at, next, shared, more);
            at += more;
            byte[] value = Arrays.copyOfRange(plain, at, at + size);
            at += size;
            take(next, value, entries);
            isFirst = false;
        }
    }

    private void take(byte[] next, byte[] value, Entries entries) {
        require(records == 0 || Arrays.compareUnsigned(key, next) < 0, "the keys of a segment are not in order");
        first = records == 0 ? next : first;
        try {
            require(!Record.decode(RecordKeys.decode(next, 0), value).isEmpty(), "a segment has an empty record");
        } catch (MalformedRecordException e) {
            throw new MalformedMessageException("a record of a segment is malformed", e);
        }
        key = next;
        records++;
        plainSize += next.length + (long) value.length;
        entries.entry(next, value);
    }

    private int varint(int length) {
        int number = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            require(at < length, "an entry of a segment is cut short");
            byte next = plain[at++];
            number |= (next & 0x7f) << shift;
            if (next >= 0) {
                require(number >= 0, "a number of a segment is too large");
                return number;
            }
        }
        throw new MalformedMessageException("a number of a segment is too large");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new MalformedMessageException(message);
        }
    }
}
