package io.anabranch.replica.state;

/**
 * Consecutive commits of one replica.
 *
 * @param replica their author
 * @param firstSeq the number of the first
 * @param lastSeq the number of the last
 */
public record CommitRun(long replica, long firstSeq, long lastSeq) {

    /** How many they are. */
    public long count() {
        return lastSeq - firstSeq + 1;
    }
}
