package io.anabranch.crdt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of one field: the entries that are in force, and for counters what the relay has folded.
 *
 * @param name its name and kind
 * @param fold the confirmed part of a counter, null if there is none
 * @param entries ascending, without repetition; empty only beside a fold
 */
public record Field(FieldName name, @Nullable Fold fold, List<Entry> entries) {

    /** Copies the entries and checks their order. */
    public Field {
        entries = List.copyOf(entries);
        for (int i = 1; i < entries.size(); i++) {
            if (entries.get(i - 1).compareTo(entries.get(i)) >= 0) {
                throw new IllegalArgumentException("a field's entries are out of order: " + name);
            }
        }
        if (entries.isEmpty() && fold == null) {
            throw new IllegalArgumentException("a field is empty: " + name);
        }
    }

    /** The entry that a register reads: the one of the latest time, null if there is none. */
    @Nullable
    Entry latest() {
        Entry latest = null;
        for (Entry entry : entries) {
            if (latest == null || entry.isLaterThan(latest)) {
                latest = entry;
            }
        }
        return latest;
    }

    /** The sum of a counter; wraps around at 64 bits. */
    long sum() {
        long sum = fold != null && fold.total() instanceof Value.Whole folded ? folded.number() : 0;
        for (Entry entry : entries) {
            if (entry.value() instanceof Value.Whole amount) {
                sum += amount.number();
            }
        }
        return sum;
    }
}
