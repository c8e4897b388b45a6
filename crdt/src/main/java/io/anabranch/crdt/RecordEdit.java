package io.anabranch.crdt;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The changes that one save makes to one record, turned into a delta. Not thread-safe; used once.
 *
 * <p>A write supersedes what its author saw: the entries of the view, and those of the base that the author's own unconfirmed
 * writes hide, so that the rejection of an earlier write does not leave an older value beside a later one. Later changes
 * of one edit see the earlier ones. The first change of a record that does not exist creates it, with none of the
 * fields it may have had before it was deleted.
 *
 * <p>Each edit also renews the record's life, so that it wins over a concurrent deletion, unless the record's type says that
 * deletion wins.
 */
public final class RecordEdit {

    /**
     * Who edits and when.
     *
     * @param replica the author's replica
     * @param firstN the first dot number the author has not used on this record
     * @param stamp hybrid logical time of the commit
     */
    public record Author(long replica, long firstN, long stamp) {}

    /** What concurrent deletion and editing of a record come to. */
    public enum DeleteRule {
        /** The edit brings the whole record back. */
        EDIT_WINS,
        /** The record stays deleted. */
        DELETE_WINS
    }

    private final Record view;
    private final @Nullable Record base;
    private final Author author;
    private final DeleteRule deleteRule;
    private final NavigableMap<FieldName, FieldEdit> edits = new TreeMap<>();
    private boolean alive;
    private boolean supersedesAll;
    private boolean deleted;

    /** An edit of a record whose type lets edits win over deletions; see the other constructor. */
    public RecordEdit(Record view, @Nullable Record base, Author author) {
        this(view, base, author, DeleteRule.EDIT_WINS);
    }

    /**
     * Starts an edit.
     *
     * @param view what the author sees
     * @param base what the relay has confirmed, null where the view is just that
     */
    public RecordEdit(Record view, @Nullable Record base, Author author, DeleteRule deleteRule) {
        this.view = view;
        this.base = base;
        this.author = author;
        this.deleteRule = deleteRule;
        this.alive = view.alive();
    }

    /** Writes a register. What the field holds under other kinds is cleared. */
    public RecordEdit set(String register, Value value) {
        clearOtherKinds(register, Kind.REGISTER);
        edit(new FieldName(register, Kind.REGISTER)).write(value);
        return this;
    }

    /** Writes a field that keeps concurrent values. */
    public RecordEdit setMulti(String multi, Value value) {
        clearOtherKinds(multi, Kind.MULTI);
        edit(new FieldName(multi, Kind.MULTI)).write(value);
        return this;
    }

    /**
     * Empties the field of this name, whatever its kind; a counter is set to 0.
     *
     * @throws IllegalArgumentException if the name is empty: a record's life ends with {@link #delete}
     */
    public RecordEdit clear(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a field's name is empty");
        }
        clearOtherKinds(name, null);
        return this;
    }

    /** Adds an element to a set. */
    public RecordEdit add(String set, Value element) {
        clearOtherKinds(set, Kind.SET);
        edit(new FieldName(set, Kind.SET)).add(element);
        return this;
    }

    /** Removes an element from a set. */
    public RecordEdit remove(String set, Value element) {
        edit(new FieldName(set, Kind.SET)).remove(element);
        return this;
    }

    /** Adds to a counter; wraps around at 64 bits. */
    public RecordEdit increment(String counter, long amount) {
        edit(new FieldName(counter, Kind.COUNTER)).increment(amount);
        return this;
    }

    /** Turns a flag on. */
    public RecordEdit enable(String flag) {
        edit(new FieldName(flag, Kind.FLAG)).add(null);
        return this;
    }

    /** Turns a flag off. */
    public RecordEdit disable(String flag) {
        edit(new FieldName(flag, Kind.FLAG)).supersedeAll();
        return this;
    }

    /** Makes sure that the record exists, without a change to its fields. */
    public RecordEdit create() {
        touch();
        return this;
    }

    /** Deletes the record. Changes made before in this edit are dropped. */
    public RecordEdit delete() {
        edits.clear();
        supersedesAll = false;
        deleted = true;
        alive = false;
        return this;
    }

    /** Brings a deleted record back with its fields; creates one of which nothing is known. */
    public RecordEdit undelete() {
        if (view.isEmpty()) {
            return create();
        }
        alive = true;
        deleted = false;
        life().add(null);
        return this;
    }

    /** The delta; empty if nothing changed. */
    public Record build() {
        DotSet.Builder dots = new DotSet.Builder();
        List<Field> fields = new ArrayList<>();
        long n = author.firstN;
        if (deleted) {
            life().supersedeAll();
        }
        if (supersedesAll) {
            supersedeAllFields();
        }
        for (FieldEdit edit : edits.values()) {
            List<Entry> written = edit.build(author, n, dots);
            n += written.size();
            if (!written.isEmpty()) {
                fields.add(new Field(edit.name(), null, written));
            }
        }
        return new Record(view.key(), dots.build(), fields);
    }

    /** What an edit of the delta's content would make now, with dots of its own: a rejected commit tried again. */
    public static Record repeat(Record delta, Author author) {
        DotSet.Builder dots = new DotSet.Builder().addAll(delta.context());
        List<Field> fields = new ArrayList<>();
        long n = author.firstN;
        for (Field field : delta.fields()) {
            List<Entry> entries = new ArrayList<>();
            for (Entry entry : field.entries()) {
                Dot dot = new Dot(author.replica, n++);
                dots.add(dot);
                entries.add(entry.withDot(dot, author.stamp));
            }
            entries.sort(null);
            fields.add(new Field(field.name(), null, entries));
        }
        return new Record(delta.key(), dots.build(), fields);
    }

    private FieldEdit edit(FieldName name) {
        touch();
        return fieldEdit(name);
    }

    private FieldEdit fieldEdit(FieldName name) {
        return edits.computeIfAbsent(name, absent -> new FieldEdit(name, observed(view, name), observed(base, name)));
    }

    private FieldEdit life() {
        return fieldEdit(FieldName.LIFE);
    }

    private void touch() {
        if (!alive) {
            alive = true;
            deleted = false;
            supersedesAll = true;
            life().write(Value.of(true));
        } else if (deleteRule == DeleteRule.EDIT_WINS && !edits.containsKey(FieldName.LIFE)) {
            life().add(null);
        }
    }

    private void clearOtherKinds(String name, @Nullable Kind kept) {
        touch();
        List<FieldName> others = new ArrayList<>(0);
        // Names sort by text first, so those of one text stand together.
        FieldName first = new FieldName(name, new Kind(0));
        FieldName last = new FieldName(name, new Kind(Kind.CODE_MAX));
        others.addAll(edits.subMap(first, true, last, true).keySet());
        addObserved(others, view, name);
        addObserved(others, base, name);
        for (FieldName other : others) {
            if (!other.kind().equals(kept)) {
                fieldEdit(other).supersedeAll();
            }
        }
    }

    private static void addObserved(List<FieldName> names, @Nullable Record record, String name) {
        if (record != null) {
            for (Field field : record.fields()) {
                if (field.name().name().equals(name)) {
                    names.add(field.name());
                }
            }
        }
    }

    private void supersedeAllFields() {
        observedNames().forEach(name -> fieldEdit(name).supersedeObserved());
    }

    private Stream<FieldName> observedNames() {
        Stream<Field> hidden = base == null ? Stream.empty() : base.fields().stream();
        return Stream.concat(view.fields().stream(), hidden).map(Field::name);
    }

    private static @Nullable Field observed(@Nullable Record record, FieldName name) {
        return record == null ? null : record.find(name);
    }
}
