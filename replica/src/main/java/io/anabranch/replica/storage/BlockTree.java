package io.anabranch.replica.storage;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A hidden family: a B+ tree whose nodes are the values of a family, encrypted, under numbers that say nothing. So the family keeps its order,
 * and serves ranges in both directions, while its files have neither its keys nor their order, but for what the history of a
 * node's rewriting tells. This class writes: it takes what a batch does to a tree, and says which nodes change; {@link TreeScan} reads.
 *
 * <p>A batch is applied in one walk over the nodes that it touches, each of which is read and written once, however many of its keys
 * change: changes that come together, as those of a page of a sync do, share the cost. A node that became too large is split into as many as it
 * takes; small ones are joined with a neighbour under the same parent. (After Bayer and Unterauer's prefix B-trees, 1977: a
 * separator is as short as it can be.) Of one thread.
 */
final class BlockTree {

    /** How large a node may be, by its own count; about half of it is needed for the keys of an index. */
    static final int NODE_SIZE_MAX = 4096;

    private static final int NODE_SIZE_SMALL = NODE_SIZE_MAX / 4;
    private static final byte[] LEAST = new byte[0];

    private final TreeNodes stored;
    private final ValueSeal seal;
    /** What is not stored yet; null for a node that goes. */
    private final Map<Long, @Nullable TreeNode> written = new HashMap<>();

    private TreeChanges changes = new TreeChanges();
    private long root;
    private long next;
    private boolean changed;

    /** A node, and the key from which on it has keys. */
    private record Child(byte[] from, long number) {}

    BlockTree(TreeNodes stored, ValueSeal seal) {
        this.stored = stored;
        this.seal = seal;
        TreeNodes.Head head = stored.head();
        this.root = head.root();
        this.next = head.next();
    }

    /** What is to be done to it. */
    TreeChanges changes() {
        return changes;
    }

    /** Applies the changes, and adds what that does to the family that has the nodes. */
    void flush(WriteBatch batch, Family family) {
        if (!changes.isEmpty()) {
            apply();
            changes = new TreeChanges();
        }
        if (!changed) {
            return;
        }
        byte[] head = TreeNodes.key(TreeNodes.HEAD);
        batch.put(family, head, seal.seal(head, new TreeNodes.Head(root, next).encode()));
        written.forEach((number, node) -> {
            byte[] key = TreeNodes.key(number);
            if (node == null) {
                batch.delete(family, key);
            } else {
                batch.put(family, key, seal.seal(key, node.encode()));
            }
        });
        changed = false;
    }

    private void apply() {
        List<Child> tops;
        int level;
        if (root == 0) {
            TreeNode leaf = merged(new TreeNode(0), LEAST, null);
            tops = leaf.count() == 0 ? List.of() : split(leaf, null);
            level = 0;
        } else {
            TreeNode top = read(root);
            level = top.level;
            tops = update(new Child(LEAST, root), top, null);
        }
        while (tops.size() > 1) {
            TreeNode above = new TreeNode(++level);
            tops.forEach(child -> above.add(child.from, bytes(child.number)));
            tops = split(above, null);
        }
        long before = root;
        root = tops.isEmpty() ? 0 : tops.get(0).number;
        for (TreeNode top = root == 0 ? null : read(root); top != null && !top.isLeaf() && top.count() == 1; ) {
            drop(root);
            root = top.child(0);
            top = read(root);
        }
        changed |= before != root;
    }

    /** What takes the place of a node. */
    private List<Child> update(Child at, TreeNode node, byte @Nullable [] end) {
        TreeNode now = node.isLeaf() ? merged(node, at.from, end) : updated(node, at.from, end);
        if (now == node) {
            return List.of(at);
        } else if (now.count() == 0) {
            drop(at.number);
            return List.of();
        }
        return split(now, at);
    }

    /** A leaf with its changes; the same if there are none. */
    private TreeNode merged(TreeNode leaf, byte[] from, byte @Nullable [] end) {
        SortedMap<byte[], Optional<byte[]>> news = changes.within(from, end);
        TreeNode merged = new TreeNode(0);
        int at = 0;
        boolean isSame = true;
        for (Map.Entry<byte[], Optional<byte[]>> entry : news.entrySet()) {
            byte[] key = entry.getKey();
            int until = leaf.ceiling(key);
            isSame &= keep(leaf, at, until, merged);
            at = until;
            boolean isThere = at < leaf.count() && Arrays.equals(leaf.keys.get(at), key);
            byte @Nullable [] value = entry.getValue().orElse(null);
            if (value != null) {
                merged.add(key, value);
                isSame &= isThere && Arrays.equals(leaf.values.get(at), value);
            } else {
                isSame &= !isThere;
            }
            at += isThere ? 1 : 0;
        }
        isSame &= keep(leaf, at, leaf.count(), merged);
        return isSame ? leaf : merged;
    }

    /** Takes over what no range removes; whether that was all. */
    private boolean keep(TreeNode leaf, int from, int end, TreeNode into) {
        boolean isAll = true;
        for (int i = from; i < end; i++) {
            if (changes.removes(leaf.keys.get(i))) {
                isAll = false;
            } else {
                into.add(leaf.keys.get(i), leaf.values.get(i));
            }
        }
        return isAll;
    }

    /** An inner node with the changes below it; the same if none are its own. */
    private TreeNode updated(TreeNode node, byte[] from, byte @Nullable [] end) {
        List<Child> children = new ArrayList<>();
        boolean isSame = true;
        for (int i = 0; i < node.count(); i++) {
            byte[] childFrom = i == 0 ? from : node.keys.get(i);
            byte @Nullable [] childEnd = i + 1 < node.count() ? node.keys.get(i + 1) : end;
            Child child = new Child(childFrom, node.child(i));
            if (!changes.touches(childFrom, childEnd)) {
                children.add(child);
            } else if (changes.clears(childFrom, childEnd)) {
                dropAll(child.number, node.level - 1);
                isSame = false;
            } else {
                List<Child> now = update(child, read(child.number), childEnd);
                isSame &= now.size() == 1 && now.get(0).equals(child);
                children.addAll(now);
            }
        }
        isSame &= !joinSmall(children);
        if (isSame) {
            return node;
        }
        TreeNode updated = new TreeNode(node.level);
        children.forEach(child -> updated.add(child.from, bytes(child.number)));
        return updated;
    }

    /** Joins children that were written just now and are small with the one after them, or before; whether any was. */
    private boolean joinSmall(List<Child> children) {
        boolean joined = false;
        for (int i = 0; i < children.size() && children.size() > 1; ) {
            TreeNode small = written.get(children.get(i).number);
            int left = Math.min(i, children.size() - 2);
            if (small == null || small.size() > NODE_SIZE_SMALL || !join(children, left)) {
                i++;
            } else {
                joined = true;
                i = left;
            }
        }
        return joined;
    }

    private boolean join(List<Child> children, int left) {
        Child first = children.get(left);
        Child second = children.get(left + 1);
        TreeNode node = read(first.number);
        TreeNode other = read(second.number);
        if (node.size() + other.size() > NODE_SIZE_MAX / 4 * 3) {
            return false;
        }
        TreeNode both = new TreeNode(node.level);
        both.addAll(node);
        for (int i = 0; i < other.count(); i++) {
            // The first child of a node has all from where the node begins.
            byte[] key = i == 0 && !other.isLeaf() ? second.from : other.keys.get(i);
            both.add(key, other.values.get(i));
        }
        put(first.number, both);
        drop(second.number);
        children.remove(left + 1);
        return true;
    }

    /** Writes a node as one or more of about the same size, the first in place of another one. */
    private List<Child> split(TreeNode node, @Nullable Child instead) {
        int count = (node.size() + NODE_SIZE_MAX - 1) / NODE_SIZE_MAX;
        int sizeMin = node.size() / count;
        List<Child> children = new ArrayList<>();
        TreeNode part = new TreeNode(node.level);
        Child at = instead == null ? new Child(LEAST, next++) : instead;
        for (int i = 0; i < node.count(); i++) {
            if (part.size() >= sizeMin && part.count() > 1) {
                put(at.number, part);
                children.add(at);
                byte[] last = part.keys.get(part.count() - 1);
                at = new Child(separator(last, node.keys.get(i), node.isLeaf()), next++);
                part = new TreeNode(node.level);
            }
            part.add(node.keys.get(i), node.values.get(i));
        }
        put(at.number, part);
        children.add(at);
        return children;
    }

    /** The shortest key after one leaf's last and not after another's first; that of a child stays, since nodes below have less. */
    private static byte[] separator(byte[] last, byte[] first, boolean isLeaf) {
        return isLeaf ? Arrays.copyOf(first, Arrays.mismatch(last, first) + 1) : first;
    }

    private TreeNode read(long number) {
        TreeNode node = written.get(number);
        return node == null ? stored.read(number) : node;
    }

    private void put(long number, TreeNode node) {
        written.put(number, node);
        changed = true;
    }

    private void drop(long number) {
        written.put(number, null);
        changed = true;
    }

    private void dropAll(long number, int level) {
        if (level > 0) {
            TreeNode node = read(number);
            for (int i = 0; i < node.count(); i++) {
                dropAll(node.child(i), level - 1);
            }
        }
        drop(number);
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }
}
