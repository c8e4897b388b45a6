package io.anabranch.replica.storage;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sorted map from byte arrays to byte arrays: a change answers a new map that shares all but a path with the
 * old one, so that a snapshot, a scan or the state before a crash is a reference and not a copy.
 *
 * <p>The tree is a treap (Aragon and Seidel, 1989): in order by key, a heap by priority. Priorities are hashes of the keys
 * instead of random numbers, so equal content has an equal shape and a simulation needs no further seed. All operations
 * take O(log n) on average, the deletion of a range included. Arrays are neither copied nor changed.
 */
final class SortedTreap {
    static final SortedTreap EMPTY = new SortedTreap(null);

    private final @Nullable Node root;

    private SortedTreap(@Nullable Node root) {
        this.root = root;
    }

    byte @Nullable [] get(byte[] key) {
        Node node = root;
        while (node != null) {
            int order = Arrays.compareUnsigned(key, node.key);
            if (order == 0) {
                return node.value;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    SortedTreap with(byte[] key, byte[] value) {
        return new SortedTreap(put(root, new Node(key, value, priority(key), null, null)));
    }

    SortedTreap without(byte[] key) {
        return new SortedTreap(remove(root, key));
    }

    SortedTreap withoutRange(byte[] from, byte[] end) {
        return new SortedTreap(merge(below(root, from), notBelow(root, end)));
    }

    Cursor ascending(byte[] from, byte @Nullable [] end) {
        return new Cursor(root, false, from, end);
    }

    Cursor descending(byte[] from, byte @Nullable [] end) {
        return new Cursor(root, true, from, end);
    }

    private static Node put(@Nullable Node node, Node added) {
        if (node == null) {
            return added;
        }
        int order = Arrays.compareUnsigned(added.key, node.key);
        if (order == 0) {
            return new Node(added.key, added.value, node.priority, node.left, node.right);
        }
        if (added.priority > node.priority) {
            // An equal key has an equal priority, so it cannot be below this node.
            return added.withChildren(below(node, added.key), notBelow(node, added.key));
        }
        return order < 0
                ? node.withChildren(put(node.left, added), node.right)
                : node.withChildren(node.left, put(node.right, added));
    }

    private static @Nullable Node remove(@Nullable Node node, byte[] key) {
        if (node == null) {
            return null;
        }
        int order = Arrays.compareUnsigned(key, node.key);
        if (order == 0) {
            return merge(node.left, node.right);
        }
        return order < 0
                ? node.withChildren(remove(node.left, key), node.right)
                : node.withChildren(node.left, remove(node.right, key));
    }

    private static @Nullable Node below(@Nullable Node node, byte[] key) {
        if (node == null) {
            return null;
        }
        return Arrays.compareUnsigned(node.key, key) < 0
                ? node.withChildren(node.left, below(node.right, key))
                : below(node.left, key);
    }

    private static @Nullable Node notBelow(@Nullable Node node, byte[] key) {
        if (node == null) {
            return null;
        }
        return Arrays.compareUnsigned(node.key, key) < 0
                ? notBelow(node.right, key)
                : node.withChildren(notBelow(node.left, key), node.right);
    }

    private static @Nullable Node merge(@Nullable Node left, @Nullable Node right) {
        if (left == null) {
            return right;
        }
        if (right == null) {
            return left;
        }
        return left.priority > right.priority
                ? left.withChildren(left.left, merge(left.right, right))
                : right.withChildren(merge(left, right.left), right.right);
    }

    private static int priority(byte[] key) {
        int hash = Arrays.hashCode(key) * 0x9E3779B9;
        hash = (hash ^ (hash >>> 16)) * 0x85EBCA6B;
        return hash ^ (hash >>> 13);
    }

    /** Walks a range; before {@link #next} it stands before the first entry. */
    static final class Cursor {
        private final Deque<Node> path = new ArrayDeque<>();
        private final boolean backward;
        private final byte[] from;
        private final byte @Nullable [] end;

        private Cursor(@Nullable Node root, boolean backward, byte[] from, byte @Nullable [] end) {
            this.backward = backward;
            this.from = from;
            this.end = end;
            descend(root);
        }

        /** Returns the next entry of the range, null when there is none. */
        @Nullable
        Node next() {
            Node node = path.poll();
            if (node == null || pastRange(node)) {
                path.clear();
                return null;
            }
            descend(backward ? node.left : node.right);
            return node;
        }

        private void descend(@Nullable Node start) {
            Node node = start;
            while (node != null) {
                boolean ahead = backward ? isBelowEnd(node) : isFromOn(node);
                if (ahead) {
                    path.push(node);
                }
                node = ahead == backward ? node.right : node.left;
            }
        }

        private boolean pastRange(Node node) {
            return backward ? !isFromOn(node) : !isBelowEnd(node);
        }

        private boolean isFromOn(Node node) {
            return Arrays.compareUnsigned(node.key, from) >= 0;
        }

        private boolean isBelowEnd(Node node) {
            return end == null || Arrays.compareUnsigned(node.key, end) < 0;
        }
    }

    /** An entry, and the root of its subtree. */
    static final class Node {
        final byte[] key;
        final byte[] value;
        private final int priority;
        private final @Nullable Node left;
        private final @Nullable Node right;

        private Node(byte[] key, byte[] value, int priority, @Nullable Node left, @Nullable Node right) {
            this.key = key;
            this.value = value;
            this.priority = priority;
            this.left = left;
            this.right = right;
        }

        private Node withChildren(@Nullable Node newLeft, @Nullable Node newRight) {
            return newLeft == left && newRight == right ? this : new Node(key, value, priority, newLeft, newRight);
        }
    }
}
