package io.anabranch.bench.simulation;

import java.util.Map;

/** A commit as the history knows it: who made it, what it means, and what has become of it. */
final class Save {

    private final int number;
    private final long replica;
    private final long seq;
    private final long stamp;
    private final Draft draft;
    private final Map<String, Effect> effects;
    private long position;
    private long confirmedStamp;
    private boolean rejected;
    private boolean withdrawn;

    /**
     * A save that has just been acknowledged.
     *
     * @param effects by record, ascending
     */
    Save(int number, long replica, long seq, long stamp, Draft draft, Map<String, Effect> effects) {
        this.number = number;
        this.replica = replica;
        this.seq = seq;
        this.stamp = stamp;
        this.confirmedStamp = stamp;
        this.draft = draft;
        this.effects = effects;
    }

    int number() {
        return number;
    }

    long replica() {
        return replica;
    }

    long seq() {
        return seq;
    }

    Draft draft() {
        return draft;
    }

    Map<String, Effect> effects() {
        return effects;
    }

    Effect effect(String key) {
        Effect effect = effects.get(key);
        if (effect == null) {
            throw new IllegalStateException("a save does not touch " + key);
        }
        return effect;
    }

    /** The sequence at which the relay accepted it, 0 if it has not. */
    long position() {
        return position;
    }

    boolean isAcceptedBy(long sequence) {
        return position != 0 && position <= sequence;
    }

    boolean isRejected() {
        return rejected;
    }

    boolean isJudged() {
        return rejected || position != 0;
    }

    /** Whether the user has discarded it, or has saved its content again. */
    boolean isWithdrawn() {
        return withdrawn;
    }

    /** Its time as the author's clock had it. */
    long stamp() {
        return stamp;
    }

    /** Its time as the relay believed it. */
    long confirmedStamp() {
        return confirmedStamp;
    }

    /** Whether a strict relay must reject it. */
    boolean isForbidden() {
        return effects.values().stream()
                .anyMatch(effect -> effect.filled().getOrDefault("name", "").startsWith(Schema.FORBIDDEN));
    }

    void accept(long atSequence, long stampMax) {
        position = atSequence;
        confirmedStamp = Long.compareUnsigned(stamp, stampMax) > 0 ? stampMax : stamp;
    }

    void reject() {
        rejected = true;
    }

    void withdraw() {
        withdrawn = true;
    }

    @Override
    public String toString() {
        return "save " + number + " (" + Long.toHexString(replica) + ":" + seq + ")";
    }
}
