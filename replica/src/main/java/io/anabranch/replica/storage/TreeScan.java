package io.anabranch.replica.storage;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A walk over a hidden family, down from the root of its {@link BlockTree} as it was when this was opened. */
final class TreeScan implements Scan {

    private final TreeNodes nodes;
    private final Runnable requireStoreOpen;
    private final byte[] from;
    private final byte @Nullable [] end;
    private final boolean backward;
    /** From the leaf up to the root. */
    private final Deque<Place> path = new ArrayDeque<>();

    private boolean started;
    private boolean ended;
    private boolean closed;
    private @Nullable Place entry;

    /** Where the walk is in a node. */
    private static final class Place {

        private final TreeNode node;
        private int index;

        Place(TreeNode node, int index) {
            this.node = node;
            this.index = index;
        }

        byte[] key() {
            return node.keys.get(index);
        }

        boolean isInside() {
            return index >= 0 && index < node.count();
        }
    }

    /** @param requireStoreOpen throws if the store was closed */
    TreeScan(TreeNodes nodes, Runnable requireStoreOpen, KeyRange range) {
        this.nodes = nodes;
        this.requireStoreOpen = requireStoreOpen;
        this.from = range.from;
        this.end = range.end;
        this.backward = range.backward;
    }

    @Override
    public boolean next() {
        requireOpen();
        entry = null;
        if (ended) {
            return false;
        }
        ended = true;
        if (started) {
            step();
        } else {
            started = true;
            begin();
        }
        return arrived();
    }

    @Override
    public boolean seek(byte[] key) {
        if (backward) {
            throw new IllegalStateException("a descending scan cannot seek");
        }
        requireOpen();
        started = true;
        ended = true;
        entry = null;
        descend(Arrays.compareUnsigned(key, from) < 0 ? from : key);
        settle();
        return arrived();
    }

    @Override
    public byte[] key() {
        requireOpen();
        return requireEntry().key();
    }

    @Override
    public byte[] value() {
        requireOpen();
        Place at = requireEntry();
        return at.node.values.get(at.index).clone();
    }

    @Override
    public void close() {
        closed = true;
        nodes.close();
    }

    private void begin() {
        if (!backward) {
            descend(from);
        } else if (end != null) {
            descend(end);
            back();
        } else {
            descendLast();
        }
        settle();
    }

    private void step() {
        Place leaf = path.peek();
        if (leaf != null) {
            leaf.index += backward ? -1 : 1;
            settle();
        }
    }

    private void back() {
        Place leaf = path.peek();
        if (leaf != null) {
            leaf.index--;
        }
    }

    /** To the first entry that is not before a key, which may be behind the leaf's last. */
    private void descend(byte[] key) {
        path.clear();
        long number = nodes.head().root();
        while (number != 0) {
            TreeNode node = nodes.read(number);
            int index = node.isLeaf() ? node.ceiling(key) : node.childOf(key);
            path.push(new Place(node, index));
            number = node.isLeaf() ? 0 : node.child(index);
        }
    }

    private void descendLast() {
        path.clear();
        long number = nodes.head().root();
        if (number != 0) {
            down(number);
        }
    }

    /** To the first leaf of a node, or the last. */
    private void down(long from) {
        long number = from;
        while (number != 0) {
            TreeNode node = nodes.read(number);
            int index = backward ? node.count() - 1 : 0;
            path.push(new Place(node, index));
            number = node.isLeaf() ? 0 : node.child(index);
        }
    }

    /** From outside of a leaf to the next one in the direction of the walk, if there is one. */
    private void settle() {
        Place place = path.peek();
        while (place != null && !place.isInside()) {
            path.pop();
            place = path.peek();
            if (place != null) {
                place.index += backward ? -1 : 1;
            }
        }
        if (place != null && !place.node.isLeaf()) {
            down(place.node.child(place.index));
        }
    }

    private boolean arrived() {
        Place place = path.peek();
        if (place == null || !isInRange(place.key())) {
            return false;
        }
        entry = place;
        ended = false;
        return true;
    }

    private boolean isInRange(byte[] key) {
        return Arrays.compareUnsigned(from, key) <= 0 && (end == null || Arrays.compareUnsigned(key, end) < 0);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the scan is closed");
        }
        requireStoreOpen.run();
    }

    private Place requireEntry() {
        Place at = entry;
        if (at == null) {
            throw new IllegalStateException("the scan is not at an entry");
        }
        return at;
    }
}
