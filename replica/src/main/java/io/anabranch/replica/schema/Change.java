package io.anabranch.replica.schema;

import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.schema.ValidationRule.Event;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a commit does to one record. Not thread-safe: what is derived is kept.
 *
 * <p>A change <em>touches</em> a field if it writes it, also where another write is read in its place, or takes values from it.
 */
public final class Change {

    private final Record before;
    private final Record after;
    private final Record delta;
    private final Event event;
    private @Nullable Set<String> touched;

    /**
     * The change of a record.
     *
     * @param before as it was, {@linkplain Record#isEmpty empty} for a new one
     * @param after as it becomes
     * @param delta what the commit says
     */
    public Change(Record before, Record after, Record delta) {
        this.before = before;
        this.after = after;
        this.delta = delta;
        this.event = event(before, after, delta);
    }

    private static Event event(Record before, Record after, Record delta) {
        if (before.isEmpty() || (!before.alive() && delta.creates())) {
            return Event.CREATE;
        }
        boolean writesLife = delta.field(FieldName.LIFE).isPresent();
        if (!writesLife && delta.fields().isEmpty() && (!before.alive() || !sameLife(before, after))) {
            return Event.DELETE;
        }
        return Event.EDIT;
    }

    /** Whether both live by the same writes. */
    private static boolean sameLife(Record before, Record after) {
        return before.field(FieldName.LIFE).equals(after.field(FieldName.LIFE));
    }

    /** Both lists ascend by name. */
    private static void addDifferent(List<Field> befores, List<Field> afters, Set<String> touched) {
        int b = 0;
        int a = 0;
        while (b < befores.size() || a < afters.size()) {
            int order = b == befores.size()
                    ? 1
                    : a == afters.size()
                            ? -1
                            : befores.get(b).name().compareTo(afters.get(a).name());
            if (order < 0) {
                touched.add(befores.get(b++).name().name());
            } else if (order > 0) {
                touched.add(afters.get(a++).name().name());
            } else {
                Field was = befores.get(b++);
                Field is = afters.get(a++);
                if (!was.equals(is)) {
                    touched.add(was.name().name());
                }
            }
        }
    }

    /** The record's key. */
    public RecordKey key() {
        return delta.key();
    }

    /** The record as it was. */
    public Record before() {
        return before;
    }

    /** The record as it becomes. */
    public Record after() {
        return after;
    }

    /** What the commit says. */
    public Record delta() {
        return delta;
    }

    /** What it does, as a person sees it. A deletion that a concurrent edit survives is one all the same. */
    Event event() {
        return event;
    }

    /** The names of the fields that it touches. */
    Set<String> touched() {
        Set<String> known = touched;
        if (known == null) {
            known = new LinkedHashSet<>();
            for (Field field : delta.fields()) {
                known.add(field.name().name());
            }
            addDifferent(before.fields(), after.fields(), known);
            known.remove(FieldName.LIFE.name());
            touched = known;
        }
        return known;
    }

    boolean touches(String field) {
        return touched().contains(field);
    }

    /** Whether it edits what was deleted, without knowing or saying so. */
    boolean editsDeleted() {
        boolean writes = delta.fields().stream().anyMatch(field -> !field.name().equals(FieldName.LIFE));
        return !before.alive() && !before.isEmpty() && !delta.creates() && writes;
    }
}
