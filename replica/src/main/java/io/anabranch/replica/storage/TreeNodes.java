package io.anabranch.replica.storage;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The nodes of a tree as they were when a scan of the family that has them was opened. One thread; closes the scan. */
final class TreeNodes implements AutoCloseable {

    /** The key of what says where the tree begins. */
    static final long HEAD = 0;

    private static final int HEAD_SIZE = 2 * Long.BYTES;

    private final Scan scan;
    private final ValueSeal seal;

    /**
     * Where a tree begins.
     *
     * @param root its root's number; 0 if it is empty
     * @param next the least number that no node had
     */
    record Head(long root, long next) {

        static final Head EMPTY = new Head(0, 1);

        byte[] encode() {
            return ByteBuffer.allocate(HEAD_SIZE).putLong(root).putLong(next).array();
        }
    }

    TreeNodes(Scan scan, ValueSeal seal) {
        this.scan = scan;
        this.seal = seal;
    }

    Head head() {
        byte[] key = key(HEAD);
        if (!scan.seek(key) || !Arrays.equals(scan.key(), key)) {
            return Head.EMPTY;
        }
        ByteBuffer head = ByteBuffer.wrap(seal.open(key, scan.value()));
        return new Head(head.getLong(), head.getLong());
    }

    TreeNode read(long number) {
        byte[] key = key(number);
        if (!scan.seek(key) || !Arrays.equals(scan.key(), key)) {
            throw seal.damaged();
        }
        return TreeNode.decode(seal.open(key, scan.value()));
    }

    static byte[] key(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    @Override
    public void close() {
        scan.close();
    }
}
