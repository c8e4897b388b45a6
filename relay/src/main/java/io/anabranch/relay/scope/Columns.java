package io.anabranch.relay.scope;

import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which fields of a record are visible: all, or those of some names. That a record exists is visible always. Immutable.
 *
 * <p>{@link #NONE} is less than the visibility of a record without any field: it says that the record is not to be seen at all.
 */
public final class Columns {

    /** Every field. */
    public static final Columns ALL = new Columns(null, true);
    /** Not even the record. */
    public static final Columns NONE = new Columns(new TreeSet<>(), false);

    /** Null for all. */
    private final @Nullable SortedSet<String> names;

    private final boolean any;

    private Columns(@Nullable SortedSet<String> names, boolean any) {
        this.names = names;
        this.any = any;
    }

    /** The fields of these names, and the record's existence. */
    public static Columns of(Collection<String> names) {
        return new Columns(new TreeSet<>(names), true);
    }

    /** Whether a record can be seen at all. */
    public boolean any() {
        return any;
    }

    /** Whether every field can be seen. */
    public boolean all() {
        return names == null;
    }

    /** The names, ascending; empty if {@link #all}. */
    public SortedSet<String> names() {
        return names == null ? new TreeSet<>() : new TreeSet<>(names);
    }

    /** Whether a field can be seen. */
    public boolean shows(FieldName field) {
        return any && (names == null || field.equals(FieldName.LIFE) || names.contains(field.name()));
    }

    /** Whether a field can be seen. */
    public boolean shows(Field field) {
        return shows(field.name());
    }

    /** What can be seen by one or the other. */
    public Columns and(Columns other) {
        if (covers(other)) {
            return this;
        } else if (names == null || other.names == null || !any) {
            return names == null ? this : other;
        }
        SortedSet<String> both = new TreeSet<>(names);
        both.addAll(other.names);
        return new Columns(both, true);
    }

    /** Whether everything that can be seen by the other can be seen by this. */
    public boolean covers(Columns other) {
        if (names == null || !other.any) {
            return true;
        }
        return any && other.names != null && names.containsAll(other.names);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Columns that && any == that.any && java.util.Objects.equals(names, that.names);
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hash(any, names);
    }

    @Override
    public String toString() {
        return names == null ? "all" : any ? names.toString() : "none";
    }
}
