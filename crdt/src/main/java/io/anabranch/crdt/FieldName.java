package io.anabranch.crdt;

/**
 * Names a field within its record. Fields of one name and different kinds are different fields, so replicas whose schemas
 * disagree for a while do not damage each other's data.
 *
 * @param name at most {@link #LENGTH_MAX} characters, empty only for {@link #LIFE}
 * @param kind the field's kind
 */
public record FieldName(String name, Kind kind) implements Comparable<FieldName> {

    /** Longest name, in UTF-16 units. */
    public static final int LENGTH_MAX = 255;

    /** The field that says whether the record exists. It sorts before all others. */
    public static final FieldName LIFE = new FieldName("", Kind.LIFE);

    /** Checks the name. */
    public FieldName {
        if (name.length() > LENGTH_MAX || name.isEmpty() != kind.equals(Kind.LIFE)) {
            throw new IllegalArgumentException("a field's name is empty or too long: " + name);
        }
        Utf8.requireWellFormed(name);
    }

    /** Whether it is {@link #LIFE}. */
    public boolean isLife() {
        return name.isEmpty();
    }

    /** By name in the order of UTF-8 bytes, then by kind. */
    @Override
    public int compareTo(FieldName other) {
        int byName = Utf8.compare(name, other.name);
        return byName != 0 ? byName : kind.compareTo(other.kind);
    }

    @Override
    public String toString() {
        return name + "(" + kind + ")";
    }
}
