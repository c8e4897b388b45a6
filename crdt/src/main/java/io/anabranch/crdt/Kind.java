package io.anabranch.crdt;

import java.util.List;

/**
 * How the entries of a field are written and read. The join is the same for all kinds, so a kind this version does not
 * know is joined, kept and forwarded like any other.
 *
 * @param code its number in the encoding, from 0 to {@link #CODE_MAX}
 */
public record Kind(int code) implements Comparable<Kind> {

    /** Reads as the value of the latest write; concurrent ones stay until the next write. */
    public static final Kind REGISTER = new Kind(0);
    /** Reads as all values that were written concurrently. */
    public static final Kind MULTI = new Kind(1);
    /** A 64-bit sum of increments. */
    public static final Kind COUNTER = new Kind(2);
    /** Elements; adding wins over a concurrent removal. */
    public static final Kind SET = new Kind(3);
    /** On or off; enabling wins over a concurrent disabling. */
    public static final Kind FLAG = new Kind(4);
    /** Whether the record exists: a flag under the empty name, see {@link FieldName#LIFE}. */
    public static final Kind LIFE = new Kind(8);

    /** The greatest code. */
    public static final int CODE_MAX = 65_535;

    private static final List<String> NAMES =
            List.of("register", "multi", "counter", "set", "flag", "map", "list", "text", "life");

    /** Checks the range of the code. */
    public Kind {
        if (code < 0 || code > CODE_MAX) {
            throw new IllegalArgumentException("a kind's code is out of range: " + code);
        }
    }

    @Override
    public int compareTo(Kind other) {
        return Integer.compare(code, other.code);
    }

    @Override
    public String toString() {
        return code < NAMES.size() ? NAMES.get(code) : "kind-" + code;
    }
}
