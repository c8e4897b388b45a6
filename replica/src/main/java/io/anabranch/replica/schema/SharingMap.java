package io.anabranch.replica.schema;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map in the order of its keys, of which another with one entry changed is made in logarithmic time: both share the
 * rest. For what is large and changes a little at a time, as users do. Thread-safe.
 *
 * @param <K> of the keys
 * @param <V> of the values
 */
public final class SharingMap<K extends Comparable<K>, V> extends AbstractMap<K, V> {

    private static final int SPREAD = 0x9e3779b9;

    private final @Nullable Node<K, V> root;

    private SharingMap(@Nullable Node<K, V> root) {
        this.root = root;
    }

    /** A search tree by key and a heap by the hashes of the keys, so of even depth. */
    private record Node<K extends Comparable<K>, V>(
            K key,
            V value,
            int size,
            @Nullable Node<K, V> left,
            @Nullable Node<K, V> right) {

        Node(K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
            this(key, value, 1 + sizeOf(left) + sizeOf(right), left, right);
        }

        static int sizeOf(@Nullable Node<?, ?> node) {
            return node == null ? 0 : node.size;
        }

        int height() {
            int mixed = key.hashCode() * SPREAD;
            return (mixed ^ (mixed >>> 15)) * SPREAD;
        }
    }

    /** A map without entries. */
    public static <K extends Comparable<K>, V> SharingMap<K, V> empty() {
        return new SharingMap<>(null);
    }

    /** The entries of another map; the map itself if it is one of these. */
    public static <K extends Comparable<K>, V> SharingMap<K, V> of(Map<K, V> map) {
        if (map instanceof SharingMap<K, V> sharing) {
            return sharing;
        }
        SharingMap<K, V> all = empty();
        for (Map.Entry<K, V> entry : map.entrySet()) {
            all = all.with(entry.getKey(), entry.getValue());
        }
        return all;
    }

    /** This map with one entry more, or with another value. */
    public SharingMap<K, V> with(K key, V value) {
        return new SharingMap<>(with(root, key, value));
    }

    /** This map without a key. */
    public SharingMap<K, V> without(K key) {
        return find(key) == null ? this : new SharingMap<>(without(root, key));
    }

    private static <K extends Comparable<K>, V> Node<K, V> with(@Nullable Node<K, V> node, K key, V value) {
        if (node == null) {
            return new Node<>(key, value, null, null);
        }
        int order = key.compareTo(node.key);
        if (order == 0) {
            return new Node<>(node.key, value, node.left, node.right);
        } else if (order < 0) {
            Node<K, V> left = with(node.left, key, value);
            return left.height() > node.height()
                    ? new Node<>(
                            left.key, left.value, left.left, new Node<>(node.key, node.value, left.right, node.right))
                    : new Node<>(node.key, node.value, left, node.right);
        }
        Node<K, V> right = with(node.right, key, value);
        return right.height() > node.height()
                ? new Node<>(
                        right.key, right.value, new Node<>(node.key, node.value, node.left, right.left), right.right)
                : new Node<>(node.key, node.value, node.left, right);
    }

    private static <K extends Comparable<K>, V> @Nullable Node<K, V> without(@Nullable Node<K, V> node, K key) {
        if (node == null) {
            return null;
        }
        int order = key.compareTo(node.key);
        if (order == 0) {
            return joined(node.left, node.right);
        }
        return order < 0
                ? new Node<>(node.key, node.value, without(node.left, key), node.right)
                : new Node<>(node.key, node.value, node.left, without(node.right, key));
    }

    /** Of two trees, all keys of the first before those of the second. */
    private static <K extends Comparable<K>, V> @Nullable Node<K, V> joined(
            @Nullable Node<K, V> first, @Nullable Node<K, V> second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        return first.height() > second.height()
                ? new Node<>(first.key, first.value, first.left, joined(first.right, second))
                : new Node<>(second.key, second.value, joined(first, second.left), second.right);
    }

    private @Nullable Node<K, V> find(K key) {
        Node<K, V> node = root;
        while (node != null) {
            int order = key.compareTo(node.key);
            if (order == 0) {
                return node;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    @Override
    @SuppressWarnings("unchecked") // a key of another class is a mistake of the caller, and says so
    public @Nullable V get(@Nullable Object key) {
        Node<K, V> node = key == null ? null : find((K) key);
        return node == null ? null : node.value;
    }

    @Override
    @SuppressWarnings("unchecked") // the same
    public boolean containsKey(@Nullable Object key) {
        return key != null && find((K) key) != null;
    }

    @Override
    public int size() {
        return Node.sizeOf(root);
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<K, V>> iterator() {
                return new Ascending<>(root);
            }

            @Override
            public int size() {
                return Node.sizeOf(root);
            }
        };
    }

    private static final class Ascending<K extends Comparable<K>, V> implements Iterator<Map.Entry<K, V>> {

        private final Deque<Node<K, V>> path = new ArrayDeque<>();

        Ascending(@Nullable Node<K, V> root) {
            descend(root);
        }

        private void descend(@Nullable Node<K, V> start) {
            for (Node<K, V> node = start; node != null; node = node.left) {
                path.push(node);
            }
        }

        @Override
        public boolean hasNext() {
            return !path.isEmpty();
        }

        @Override
        public Map.Entry<K, V> next() {
            Node<K, V> node = path.poll();
            if (node == null) {
                throw new NoSuchElementException("there are no more entries");
            }
            descend(node.right);
            return new AbstractMap.SimpleImmutableEntry<>(node.key, node.value);
        }
    }
}
