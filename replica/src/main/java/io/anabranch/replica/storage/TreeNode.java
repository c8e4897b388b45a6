package io.anabranch.replica.storage;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A node of a {@link BlockTree}: keys in ascending order, in a leaf (level 0) with their values, above with the numbers of the nodes that
 * begin there, as 8 bytes. Immutable, but for those who make it.
 *
 * <p>As bytes: the level, then for each key how many bytes it shares with the one before, how many more it has, and these, then the value's
 * size and the value; numbers as varints.
 */
final class TreeNode {

    /** What an entry is taken to cost beside its bytes. */
    private static final int ENTRY_OVERHEAD = 3;

    final int level;
    final List<byte[]> keys;
    final List<byte[]> values;
    private int size;

    TreeNode(int level) {
        this(level, new ArrayList<>(), new ArrayList<>());
    }

    private TreeNode(int level, List<byte[]> keys, List<byte[]> values) {
        this.level = level;
        this.keys = keys;
        this.values = values;
    }

    void add(byte[] key, byte[] value) {
        keys.add(key);
        values.add(value);
        size += size(key, value);
    }

    void addAll(TreeNode other) {
        keys.addAll(other.keys);
        values.addAll(other.values);
        size += other.size;
    }

    static int size(byte[] key, byte[] value) {
        return key.length + value.length + ENTRY_OVERHEAD;
    }

    int count() {
        return keys.size();
    }

    /** About how many bytes it takes, at most. */
    int size() {
        return size;
    }

    boolean isLeaf() {
        return level == 0;
    }

    long child(int index) {
        return ByteBuffer.wrap(values.get(index)).getLong();
    }

    /** The first key that is not less; the count if there is none. */
    int ceiling(byte[] key) {
        int low = 0;
        int high = keys.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(keys.get(middle), key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The child that has a key, if any has. The first one has all that is less than the second one's. */
    int childOf(byte[] key) {
        int index = ceiling(key);
        boolean isExact = index < keys.size() && Arrays.equals(keys.get(index), key);
        return isExact ? index : Math.max(0, index - 1);
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(size + 1);
        bytes.write(level);
        byte[] before = new byte[0];
        for (int i = 0; i < keys.size(); i++) {
            byte[] key = keys.get(i);
            byte[] value = values.get(i);
            int mismatch = Arrays.mismatch(before, key);
            int shared = mismatch < 0 ? key.length : mismatch;
            varint(bytes, shared);
            varint(bytes, key.length - shared);
            bytes.write(key, shared, key.length - shared);
            varint(bytes, value.length);
            bytes.write(value, 0, value.length);
            before = key;
        }
        return bytes.toByteArray();
    }

    /** The node of bytes that were encoded; they are known to be genuine. */
    static TreeNode decode(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        TreeNode node = new TreeNode(from.get());
        byte[] before = new byte[0];
        while (from.hasRemaining()) {
            int shared = varint(from);
            int more = varint(from);
            byte[] key = Arrays.copyOf(before, shared + more);
            from.get(key, shared, more);
            byte[] value = new byte[varint(from)];
            from.get(value);
            node.add(key, value);
            before = key;
        }
        return node;
    }

    private static void varint(ByteArrayOutputStream bytes, int number) {
        int left = number;
        while (left > 0x7f) {
            bytes.write(left | 0x80);
            left >>>= 7;
        }
        bytes.write(left);
    }

    private static int varint(ByteBuffer from) {
        int number = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = from.get();
            number |= (next & 0x7f) << shift;
            if (next >= 0) {
                return number;
            }
        }
    }
}
