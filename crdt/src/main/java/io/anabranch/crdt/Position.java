package io.anabranch.crdt;

/**
 * A place in the relay's order of accepted changes.
 *
 * <p>Within one epoch the order is that of the sequences. A later epoch begins when the relay cannot be certain of the tail
 * of its order, after a restore for example.
 *
 * @param epoch from 1
 * @param sequence from 0, which is before the first change
 */
public record Position(int epoch, long sequence) implements Comparable<Position> {

    /** Before everything. */
    public static final Position START = new Position(1, 0);

    /** Checks the ranges. */
    public Position {
        if (epoch < 1 || sequence < 0) {
            throw new IllegalArgumentException("a position is out of range: " + epoch + "/" + sequence);
        }
    }

    @Override
    public int compareTo(Position other) {
        int byEpoch = Integer.compare(epoch, other.epoch);
        return byEpoch != 0 ? byEpoch : Long.compare(sequence, other.sequence);
    }

    @Override
    public String toString() {
        return epoch + "/" + sequence;
    }
}
