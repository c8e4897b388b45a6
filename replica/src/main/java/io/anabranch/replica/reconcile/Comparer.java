package io.anabranch.replica.reconcile;

import java.util.ArrayList;
import java.util.List;

/**
 * The side that answers. Keeps nothing between two questions but the comparison's key; a question costs at most one walk over what it
 * asks about, twice where that differs, and an answer is about as long as the limit, whatever was asked. For one thread.
 */
public final class Comparer {

    /** Where a message is closed, in bytes; the last answer or ask may exceed it. */
    public static final int MESSAGE_SIZE_TARGET = 32 << 10;
    /** Where a side has no more items than this it names them. */
    static final int NAMED_MAX = 24;

    private final ItemHash hash;
    private final int sizeTarget;

    /** Answers under a comparison's key. */
    public Comparer(ItemHash hash) {
        this(hash, MESSAGE_SIZE_TARGET);
    }

    Comparer(ItemHash hash, int sizeTarget) {
        this.hash = hash;
        this.sizeTarget = sizeTarget;
    }

    /**
     * Answers a question, or the first part of it.
     *
     * @throws io.anabranch.replica.wire.MalformedMessageException if it is malformed
     */
    public byte[] answer(byte[] question, Items items) {
        MessageWriter answers = MessageWriter.answers();
        for (Part ask : MessageReader.question(question)) {
            if (!answers.isEmpty() && answers.size() >= sizeTarget) {
                break;
            }
            answers.answer(answer(ask, items));
        }
        return answers.bytes();
    }

    private Answer answer(Part ask, Items items) {
        Range range = new Range(ask.from(), ask.end(), 0);
        List<Part> parts = Partition.of(items, range, hash, NAMED_MAX);
        Fingerprint all = parts.stream().map(Part::fingerprint).reduce(Fingerprint.NONE, Fingerprint::plus);
        if (all.equals(ask.fingerprint())) {
            return new Answer.Same();
        }
        return parts.size() == 1 ? new Answer.Named(named(items, range)) : new Answer.Parts(parts);
    }

    private List<Answer.Item> named(Items items, Range range) {
        List<Answer.Item> named = new ArrayList<>();
        try (Items.Walk walk = items.walk(range.from(), range.end())) {
            while (named.size() < MessageReader.NAMED_MAX && walk.next()) {
                named.add(new Answer.Item(walk.key(), hash.of(walk.key(), walk.state())));
            }
        }
        return named;
    }
}
