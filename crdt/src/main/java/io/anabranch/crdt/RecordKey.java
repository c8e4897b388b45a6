package io.anabranch.crdt;

/**
 * Names a record. Keys sort by type, then by id, in the order of their UTF-8 bytes.
 *
 * @param type the object type, such as {@code account}: 1 to {@link #TYPE_LENGTH_MAX} characters
 * @param id unique within the type: 1 to {@link #ID_LENGTH_MAX} characters
 */
public record RecordKey(String type, String id) implements Comparable<RecordKey> {

    /** Longest type, in UTF-16 units. */
    public static final int TYPE_LENGTH_MAX = 128;
    /** Longest id, in UTF-16 units. */
    public static final int ID_LENGTH_MAX = 512;

    /** Checks lengths and refuses NUL, which separates the two in storage. */
    public RecordKey {
        check(type, TYPE_LENGTH_MAX);
        check(id, ID_LENGTH_MAX);
    }

    @Override
    public int compareTo(RecordKey other) {
        int byType = Utf8.compare(type, other.type);
        return byType != 0 ? byType : Utf8.compare(id, other.id);
    }

    @Override
    public String toString() {
        return type + "/" + id;
    }

    private static void check(String part, int lengthMax) {
        if (part.isEmpty() || part.length() > lengthMax || part.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a record's type or id is empty, too long or contains NUL: " + part);
        }
        Utf8.requireWellFormed(part);
    }
}
