package io.anabranch.replica.commit;

import java.util.Comparator;

/**
 * Names a commit.
 *
 * @param replica its author
 * @param seq its number there, from 1
 */
public record CommitId(long replica, long seq) implements Comparable<CommitId> {

    private static final Comparator<CommitId> ORDER =
            Comparator.comparingLong(CommitId::replica).thenComparingLong(CommitId::seq);

    /** By author, then as they were made. */
    @Override
    public int compareTo(CommitId other) {
        return ORDER.compare(this, other);
    }
}
