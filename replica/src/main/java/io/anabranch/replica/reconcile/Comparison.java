package io.anabranch.replica.reconcile;

import io.anabranch.replica.wire.MalformedMessageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The side that asks, and learns in which items the two differ.
 *
 * <p>One question at a time: {@link #next}, send it, {@link #receive} the answer, until there is no next. Works off the ranges in
 * the order of keys and keeps those that differ on a stack, of which a message adds at most its length and a level at most one
 * message: memory does not grow with the items. For one thread.
 *
 * <pre>{@code
 * for (byte[] question = comparison.next(); question != null; question = comparison.next()) {
 *     differences.addAll(comparison.receive(ask(question)));
 * }
 * }</pre>
 */
public final class Comparison {

    /** Ranges become smaller by a factor of at least 8 with each answer, so an honest side stays far below. */
    private static final int DEPTH_MAX = 32;
    /** Where this side has many more than the other, it goes down until it has not more than this. */
    private static final int COMPARED_MAX = 4 * Comparer.NAMED_MAX;

    private final Items items;
    private final ItemHash hash;
    private final int sizeTarget;
    private final Deque<Range> ranges = new ArrayDeque<>();
    private List<Part> asked = List.of();
    private List<Integer> askedDepths = List.of();

    /** A comparison of these items under a key that the other side is told. */
    public Comparison(Items items, ItemHash hash) {
        this(items, hash, Comparer.MESSAGE_SIZE_TARGET);
    }

    /** A comparison of the items of some ranges, ascending and apart from each other. */
    public Comparison(Items items, ItemHash hash, List<KeyRange> wanted) {
        this(items, hash, Comparer.MESSAGE_SIZE_TARGET);
        ranges.clear();
        wanted.forEach(range -> ranges.add(new Range(range.from(), range.end(), 0)));
    }

    Comparison(Items items, ItemHash hash, int sizeTarget) {
        this.items = items;
        this.hash = hash;
        this.sizeTarget = sizeTarget;
        ranges.add(new Range(new byte[0], null, 0));
    }

    /** The next question, null when everything was compared. Not before the last one was answered. */
    public byte @Nullable [] next() {
        if (!asked.isEmpty()) {
            throw new IllegalStateException("a question is not answered yet");
        } else if (ranges.isEmpty()) {
            return null;
        }
        MessageWriter question = MessageWriter.question();
        List<Part> asks = new ArrayList<>();
        List<Integer> depths = new ArrayList<>();
        while (!ranges.isEmpty() && isRoom(question, asks)) {
            Range range = ranges.removeFirst();
            for (Part part : Partition.of(items, range, hash, Comparer.NAMED_MAX)) {
                question.ask(part);
                asks.add(part);
                depths.add(range.depth());
            }
        }
        asked = asks;
        askedDepths = depths;
        return question.bytes();
    }

    /** Whether everything was compared. */
    public boolean isOver() {
        return asked.isEmpty() && ranges.isEmpty();
    }

    private boolean isRoom(MessageWriter question, List<Part> asks) {
        return asks.isEmpty()
                || (question.size() < sizeTarget && asks.size() + Partition.PARTS_MAX <= MessageReader.ASKS_MAX);
    }

    /**
     * Takes the answer to the last question.
     *
     * @return the differences that it shows, ascending by key
     * @throws MalformedMessageException if it is malformed
     */
    public List<Difference> receive(byte[] message) {
        List<Answer> answers = MessageReader.answers(message, asked);
        List<Difference> differences = new ArrayList<>();
        List<Range> open = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            Part ask = asked.get(i);
            int depth = askedDepths.get(i);
            if (i >= answers.size()) {
                open.add(new Range(ask.from(), ask.end(), depth));
            } else if (answers.get(i) instanceof Answer.Named
                    && ask.fingerprint().count() > COMPARED_MAX) {
                open.add(new Range(ask.from(), ask.end(), deeper(depth)));
            } else if (answers.get(i) instanceof Answer.Named named) {
                compare(ask, named.items(), differences);
            } else if (answers.get(i) instanceof Answer.Parts parts) {
                descend(parts.parts(), deeper(depth), open);
            }
        }
        for (int i = open.size() - 1; i >= 0; i--) {
            ranges.addFirst(open.get(i));
        }
        asked = List.of();
        askedDepths = List.of();
        return differences;
    }

    private static int deeper(int depth) {
        if (depth == DEPTH_MAX) {
            throw new MalformedMessageException("answers lead ever deeper");
        }
        return depth + 1;
    }

    private void descend(List<Part> theirs, int depth, List<Range> open) {
        for (Part part : theirs) {
            if (!hash.of(items, part.from(), part.end()).equals(part.fingerprint())) {
                open.add(new Range(part.from(), part.end(), depth));
            }
        }
    }

    private void compare(Part ask, List<Answer.Item> theirs, List<Difference> differences) {
        int next = 0;
        try (Items.Walk walk = items.walk(ask.from(), ask.end())) {
            while (walk.next()) {
                byte[] key = walk.key();
                while (next < theirs.size()
                        && Arrays.compareUnsigned(theirs.get(next).key(), key) < 0) {
                    differences.add(new Difference(theirs.get(next++).key(), false, true));
                }
                boolean there =
                        next < theirs.size() && Arrays.equals(theirs.get(next).key(), key);
                if (!there) {
                    differences.add(new Difference(key, true, false));
                } else if (!theirs.get(next++).hash().equals(hash.of(key, walk.state()))) {
                    differences.add(new Difference(key, true, true));
                }
            }
        }
        for (; next < theirs.size(); next++) {
            differences.add(new Difference(theirs.get(next).key(), false, true));
        }
    }
}
