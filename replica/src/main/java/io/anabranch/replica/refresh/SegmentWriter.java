package io.anabranch.replica.refresh;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import io.anabranch.proto.SnapshotSegment;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes one segment into memory. One thread. The package's documentation has the layout. */
public final class SegmentWriter {

    /** Where a segment ends at the latest, in bytes of keys and values; one entry may exceed it. */
    public static final int PLAIN_SIZE_MAX = 32 << 20;

    static final byte[] MAGIC = {'A', 'B', 'S', 'E', 'G', 'M', '0', '1'};
    static final int BLOCK_SIZE_TARGET = 256 << 10;

    /** Earlier than this it ends nowhere. */
    private static final int PLAIN_SIZE_MIN = 8 << 20;
    /** From then on one key in so many ends it. */
    private static final int CUT_ONE_IN = 16_384;

    private static final int LEVEL = 1;
    private static final int VARINT_SIZE_MAX = 5;

    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private byte[] block = new byte[BLOCK_SIZE_TARGET * 2];
    private int blockSize;
    private byte[] first = new byte[0];
    private byte[] last = new byte[0];
    private byte[] blockLast = new byte[0];
    private long plainSize;
    private long records;
    private boolean cut;

    /** Starts an empty segment. */
    public SegmentWriter() {
        content.writeBytes(MAGIC);
    }

    /** Adds an entry; its key is after the last one. */
    public void add(byte[] key, ByteString value) {
        if (records > 0 && Arrays.compareUnsigned(last, key) >= 0) {
            throw new IllegalArgumentException("a segment's keys are not ascending");
        }
        int mismatch = Arrays.mismatch(blockLast, key);
        int shared = mismatch < 0 ? key.length : mismatch;
        reserve(key.length - shared + value.size() + 3 * VARINT_SIZE_MAX);
        varint(shared);
        varint(key.length - shared);
        varint(value.size());
        System.arraycopy(key, shared, block, blockSize, key.length - shared);
        blockSize += key.length - shared;
        value.copyTo(block, blockSize);
        blockSize += value.size();
        first = records == 0 ? key : first;
        last = key;
        blockLast = key;
        records++;
        plainSize += key.length + (long) value.size();
        cut |= plainSize >= PLAIN_SIZE_MIN && Math.floorMod(Arrays.hashCode(key) * 0x9E3779B9, CUT_ONE_IN) == 0;
        if (blockSize >= BLOCK_SIZE_TARGET || isFull()) {
            pack();
        }
    }

    /** Whether the next entry belongs into another segment. */
    public boolean isFull() {
        return cut || plainSize >= PLAIN_SIZE_MAX;
    }

    /** Whether there is nothing in it. */
    public boolean isEmpty() {
        return records == 0;
    }

    /** The segment; nothing may be added any more. */
    public byte[] finish() {
        pack();
        return content.toByteArray();
    }

    /** What a manifest says of the finished segment. */
    public SnapshotSegment describe(byte[] finished) {
        return SnapshotSegment.newBuilder()
                .setHash(ByteString.copyFrom(SnapshotManifests.sha256(finished)))
                .setSize(finished.length)
                .setPlainSize(plainSize)
                .setRecords(records)
                .setFirstKey(ByteString.copyFrom(first))
                .setLastKey(ByteString.copyFrom(last))
                .build();
    }

    private void pack() {
        if (blockSize == 0) {
            return;
        }
        byte[] packed = new byte[(int) Zstd.compressBound(blockSize)];
        long size = Zstd.compressByteArray(packed, 0, packed.length, block, 0, blockSize, LEVEL);
        if (Zstd.isError(size)) {
            throw new IllegalStateException("a block could not be compressed: " + Zstd.getErrorName(size));
        }
        content.writeBytes(ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(blockSize)
                .putInt((int) size)
                .array());
        content.write(packed, 0, (int) size);
        blockSize = 0;
        blockLast = new byte[0];
    }

    private void reserve(int more) {
        if (block.length - blockSize < more) {
            block = Arrays.copyOf(block, Math.max(block.length * 2, blockSize + more));
        }
    }

    private void varint(int number) {
        int rest = number;
        while (rest >= 0x80) {
            block[blockSize++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        block[blockSize++] = (byte) rest;
    }
}
