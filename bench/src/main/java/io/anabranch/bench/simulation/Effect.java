package io.anabranch.bench.simulation;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What one save means for one record, by the definitions: which places it overwrites, which it fills, what it adds to counters,
 * and which earlier saves its author had seen. A place is a register, a flag, an element of a set, or the record's life.
 */
final class Effect {

    static final String LIFE = "life";

    private final Reading before;
    private final BitSet seen;
    private final Set<String> overwritten = new HashSet<>();
    private final Map<String, String> filled = new HashMap<>();
    private final Map<String, Long> increments = new HashMap<>();
    private boolean creates;

    private Effect(Reading before, BitSet seen) {
        this.before = before;
        this.seen = seen;
    }

    /**
     * The effect of a draft.
     *
     * @param before what the author saw
     * @param seen the numbers of the saves that made it so
     */
    static Effect of(Draft.RecordDraft draft, Reading before, BitSet seen) {
        Effect effect = new Effect(before, seen);
        boolean alive = before.isAlive();
        for (Draft.Action action : draft.actions()) {
            if (action.verb() == Draft.Verb.DELETE) {
                effect.delete();
                alive = false;
            } else {
                if (!alive && action.verb() != Draft.Verb.UNDELETE) {
                    effect.create();
                }
                alive = true;
                effect.fill(LIFE, "on");
                effect.act(action);
            }
        }
        return effect;
    }

    /** The same content saved again after a rejection: it had seen what the first attempt had seen, and that attempt. */
    Effect repeated(int first) {
        BitSet more = (BitSet) seen.clone();
        more.set(first);
        Effect effect = new Effect(before, more);
        effect.overwritten.addAll(overwritten);
        effect.filled.putAll(filled);
        effect.increments.putAll(increments);
        effect.creates = creates;
        return effect;
    }

    /** It stands for a save that comes after another one now. */
    void alsoSaw(int number) {
        seen.set(number);
    }

    /** Whether its author had seen a save. */
    boolean saw(int number) {
        return seen.get(number);
    }

    /** Whether it makes the record, needing nothing from before. */
    boolean creates() {
        return creates;
    }

    Map<String, String> filled() {
        return filled;
    }

    Map<String, Long> increments() {
        return increments;
    }

    boolean overwrites(String place) {
        return overwritten.contains(place) || creates || overwritten.contains(fieldOf(place));
    }

    static String fieldOf(String place) {
        int element = place.indexOf('=');
        return element < 0 ? place : place.substring(0, element);
    }

    private void delete() {
        overwritten.clear();
        filled.clear();
        increments.clear();
        overwritten.add(LIFE);
    }

    /** A new record under an old name starts with nothing of the old one. */
    private void create() {
        creates = true;
        before.counters().forEach((counter, sum) -> add(counter, -sum));
    }

    private void act(Draft.Action action) {
        String field = action.field();
        switch (action.verb()) {
            case SET, SET_MULTI -> fill(field, action.value());
            case CLEAR -> clear(field);
            case ADD -> fill(field + "=" + action.value(), "in");
            case REMOVE -> empty(field + "=" + action.value());
            case INCREMENT -> add(field, action.amount());
            case ENABLE -> fill(field, "on");
            case DISABLE -> empty(field);
            default -> {}
        }
    }

    private void fill(String place, String value) {
        overwritten.add(place);
        filled.put(place, value);
    }

    private void empty(String place) {
        overwritten.add(place);
        filled.remove(place);
    }

    /** A counter is set to 0 by the difference to what its author saw. */
    private void clear(String field) {
        if (Schema.COUNTERS.contains(field)) {
            increments.put(field, -before.counters().getOrDefault(field, 0L));
        } else {
            overwritten.add(field);
            filled.keySet().removeIf(place -> fieldOf(place).equals(field));
        }
    }

    private void add(String counter, long amount) {
        increments.merge(counter, amount, Long::sum);
    }
}
