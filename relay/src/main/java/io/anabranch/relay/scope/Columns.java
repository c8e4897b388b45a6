package io.anabranch.relay.scope;

import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which fields of a record are visible: those of some names, or all but those of some names. That a record exists is visible
 * always. Immutable.
 *
 * <p>{@link #NONE} is less than the visibility of a record without any field: it says that the record is not to be seen at all.
 */
public final class Columns {

    /** Every field. */
    public static final Columns ALL = new Columns(new TreeSet<>(), true, true);
    /** Not even the record. */
    public static final Columns NONE = new Columns(new TreeSet<>(), false, false);

    private final SortedSet<String> names;
    private final boolean excluding;
    private final boolean any;

    private Columns(SortedSet<String> names, boolean excluding, boolean any) {
        this.names = Collections.unmodifiableSortedSet(names);
        this.excluding = excluding;
        this.any = any;
    }

    /** The fields of these names, and the record's existence. */
    public static Columns of(Collection<String> names) {
        return new Columns(new TreeSet<>(names), false, true);
    }

    /** Every field but those of these names. */
    public static Columns allBut(Collection<String> names) {
        return new Columns(new TreeSet<>(names), true, true);
    }

    /** Whether a record can be seen at all. */
    public boolean any() {
        return any;
    }

    /** Whether every field can be seen. */
    public boolean all() {
        return excluding && names.isEmpty();
    }

    /** Whether the names are of those that cannot be seen, and all others can. */
    public boolean excluding() {
        return excluding;
    }

    /** The names, ascending. */
    public SortedSet<String> names() {
        return names;
    }

    /** Whether a field can be seen. */
    public boolean shows(FieldName field) {
        return any && (field.equals(FieldName.LIFE) || names.contains(field.name()) != excluding);
    }

    /** Whether a field can be seen. */
    public boolean shows(Field field) {
        return shows(field.name());
    }

    /** What can be seen by one or the other. */
    public Columns and(Columns other) {
        if (covers(other)) {
            return this;
        } else if (other.covers(this)) {
            return other;
        }
        SortedSet<String> both = new TreeSet<>(names);
        if (excluding && other.excluding) {
            both.retainAll(other.names);
        } else if (excluding) {
            both.removeAll(other.names);
        } else if (other.excluding) {
            both = new TreeSet<>(other.names);
            both.removeAll(names);
        } else {
            both.addAll(other.names);
        }
        return new Columns(both, excluding || other.excluding, true);
    }

    /** What is left when some fields may not be seen. */
    public Columns without(Collection<String> hidden) {
        SortedSet<String> left = new TreeSet<>(names);
        if (excluding) {
            left.addAll(hidden);
        } else {
            left.removeAll(hidden);
        }
        return new Columns(left, excluding, any);
    }

    /** Whether everything that can be seen by the other can be seen by this. */
    public boolean covers(Columns other) {
        if (!other.any) {
            return true;
        } else if (!any || (!excluding && other.excluding)) {
            return false;
        } else if (!excluding) {
            return names.containsAll(other.names);
        }
        return other.excluding ? other.names.containsAll(names) : Collections.disjoint(names, other.names);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Columns that
                && any == that.any
                && excluding == that.excluding
                && names.equals(that.names);
    }

    @Override
    public int hashCode() {
        return Objects.hash(names, excluding, any);
    }

    @Override
    public String toString() {
        if (!any) {
            return "none";
        } else if (excluding) {
            return names.isEmpty() ? "all" : "all but " + names;
        }
        return names.toString();
    }
}
