package io.anabranch.replica;

import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.Value;

/** The changes of one save to one record. The first change of a record that does not exist creates it. */
public final class RecordWriter {

    private final RecordEdit edit;

    RecordWriter(RecordEdit edit) {
        this.edit = edit;
    }

    /** Writes a register. */
    public RecordWriter set(String field, String text) {
        return set(field, Value.of(text));
    }

    /** Writes a register. */
    public RecordWriter set(String field, long number) {
        return set(field, Value.of(number));
    }

    /** Writes a register. */
    public RecordWriter set(String field, double number) {
        return set(field, Value.of(number));
    }

    /** Writes a register. */
    public RecordWriter set(String field, boolean bool) {
        return set(field, Value.of(bool));
    }

    /** Writes a register. */
    public RecordWriter set(String field, Value value) {
        edit.set(field, value);
        return this;
    }

    /** Writes a field that keeps concurrent values side by side. */
    public RecordWriter setMulti(String field, Value value) {
        edit.setMulti(field, value);
        return this;
    }

    /** Empties a field of any kind. */
    public RecordWriter clear(String field) {
        edit.clear(field);
        return this;
    }

    /** Adds an element to a set. */
    public RecordWriter add(String field, String element) {
        return add(field, Value.of(element));
    }

    /** Adds an element to a set. */
    public RecordWriter add(String field, Value element) {
        edit.add(field, element);
        return this;
    }

    /** Removes an element from a set. */
    public RecordWriter remove(String field, String element) {
        return remove(field, Value.of(element));
    }

    /** Removes an element from a set. */
    public RecordWriter remove(String field, Value element) {
        edit.remove(field, element);
        return this;
    }

    /** Adds to a counter. */
    public RecordWriter increment(String field, long amount) {
        edit.increment(field, amount);
        return this;
    }

    /** Turns a flag on. */
    public RecordWriter enable(String field) {
        edit.enable(field);
        return this;
    }

    /** Turns a flag off. */
    public RecordWriter disable(String field) {
        edit.disable(field);
        return this;
    }

    /** Makes sure the record exists. */
    public RecordWriter create() {
        edit.create();
        return this;
    }

    /** Deletes the record. An edit that is made elsewhere without knowing of it brings the whole record back. */
    public RecordWriter delete() {
        edit.delete();
        return this;
    }

    /** Brings a deleted record back with its fields. */
    public RecordWriter undelete() {
        edit.undelete();
        return this;
    }

    /** The edit itself, for code that maps other formats. */
    public RecordEdit edit() {
        return edit;
    }
}
