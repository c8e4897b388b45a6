package io.anabranch.bench.simulation;

import io.anabranch.crdt.Record;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A commit as the history knows it: who made it, what it means, and what has become of it. */
final class Save {

    private final int number;
    private final long replica;
    private final long seq;
    private final long stamp;
    private final Draft draft;
    private final Map<String, Effect> effects;
    private Map<String, Record> deltas = Map.of();
    private long position;
    private long verdictPosition;
    private boolean wasAccepted;
    private boolean lost;
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

    /** The sequence at which the relay accepted it last, 0 if it has lost that. */
    long verdictPosition() {
        return verdictPosition;
    }

    /** Whether it was ever accepted, though the relay may have lost it since. */
    boolean wasAccepted() {
        return wasAccepted;
    }

    void deltas(List<Record> ofCommit) {
        deltas = ofCommit.stream().collect(Collectors.toMap(delta -> delta.key().toString(), delta -> delta));
    }

    /** Whether a state has its effect: all of its dots, and nothing that it has overwritten. */
    boolean isIn(Record state) {
        Record delta = deltas.get(state.key().toString());
        return delta != null
                && state.context().containsAll(delta.context())
                && state.join(delta).equals(state);
    }

    /**
     * Whether the relay had lost it and parts of it may be back at a sequence, though all of it is not: states are brought back record by
     * record, by whoever has them first.
     */
    boolean isPerhapsInPart(long sequence) {
        return lost && !isAcceptedBy(sequence);
    }

    /** The relay has lost that it accepted it. */
    void lose() {
        lost = true;
        position = 0;
        verdictPosition = 0;
    }

    /** A device has brought its effect back. */
    void recover(long atSequence) {
        position = atSequence;
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
        verdictPosition = atSequence;
        // What was brought back as a state before has its effect from then on.
        position = position == 0 ? atSequence : position;
        wasAccepted = true;
        rejected = false;
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
