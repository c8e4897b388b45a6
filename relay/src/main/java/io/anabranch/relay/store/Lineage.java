package io.anabranch.relay.store;

import java.util.List;

/**
 * The epochs that a store has gone through, the oldest first. Two copies of a store, such as a relay and what was restored from its
 * backup, have the same past up to where their lineages part, and from there on nothing in common, though sequences and even the
 * numbers of epochs may be the same: what tells epochs apart is their ids, drawn at random. Immutable.
 *
 * @param marks perhaps only the last ones
 */
public record Lineage(List<Mark> marks) {

    /** Nothing known. */
    public static final Lineage UNKNOWN = new Lineage(List.of());

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

    /** Up to which sequence both have the same past; {@link Long#MAX_VALUE} if they are in the same epoch, 0 if they share none. */
    public long agreedWith(Lineage other) {
        for (int theirs = other.marks.size() - 1; theirs >= 0; theirs--) {
            int mine = indexOf(other.marks.get(theirs).id);
            if (mine >= 0) {
                return Math.min(endOf(mine), other.endOf(theirs));
            }
        }
        return 0;
    }

    /** The id of the epoch that the store is in. */
    public long currentId() {
        return marks.get(marks.size() - 1).id;
    }

    /** Whether this is the first epoch of a store, so that nothing was ever lost. */
    public boolean isOriginal() {
        return marks.size() == 1;
    }

    /** The last of the marks. */
    public Lineage last(int countMax) {
        return new Lineage(marks.subList(Math.max(0, marks.size() - countMax), marks.size()));
    }

    private int indexOf(long id) {
        for (int i = marks.size() - 1; i >= 0; i--) {
            if (marks.get(i).id == id) {
                return i;
            }
        }
        return -1;
    }

    private long endOf(int index) {
        return index + 1 < marks.size() ? marks.get(index + 1).start : Long.MAX_VALUE;
    }
}
