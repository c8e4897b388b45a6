package io.anabranch.relay.store;

import java.util.List;

/**
 * The epochs that a store has gone through, the oldest first. Two copies of a store, such as a relay and what was restored from its
 * backup, have the same past up to where their lineages part, and from there on nothing in common, though sequences and even the
 * numbers of epochs may be the same: what tells epochs apart is their ids, drawn at random. Immutable.
 *
 * @param marks at least one
 */
public record Lineage(List<Mark> marks) {

    /** Copies the list. */
    public Lineage {
        marks = List.copyOf(marks);
    }

    /**
     * An epoch.
     *
     * @param id drawn when it began
     * @param start the sequence after which it began
     */
    public record Mark(long id, long start) {}

    /** The id of the epoch that the store is in. */
    public long currentId() {
        return marks.get(marks.size() - 1).id;
    }

    /** Whether this is the first epoch of a store, so that nothing was ever lost. */
    public boolean isOriginal() {
        return marks.size() == 1;
    }

    /** Whether the store has gone through an epoch. */
    public boolean has(long id) {
        return indexOf(id) >= 0;
    }

    /**
     * Up to which sequence one who was in an epoch has the same past as this store: where the next one began, {@link Long#MAX_VALUE} in
     * the current one, 0 if the store has not gone through it.
     */
    public long agreedWith(long id) {
        int index = indexOf(id);
        if (index < 0) {
            return 0;
        }
        return index + 1 < marks.size() ? marks.get(index + 1).start : Long.MAX_VALUE;
    }

    private int indexOf(long id) {
        for (int i = marks.size() - 1; i >= 0; i--) {
            if (marks.get(i).id == id) {
                return i;
            }
        }
        return -1;
    }
}
