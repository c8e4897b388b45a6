package io.anabranch.replica.query;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;

/**
 * A sub-query: {@code SELECT selected FROM type WHERE where}. It does not depend on the record outside it, and selects from
 * living records only. Unlike in SQL, a record without a value there does not make the whole unknown, it is left out.
 * Immutable.
 */
public record Selection(String type, Operand.Stored selected, Condition where) {

    /** Whether a record is one of the selected, by life and condition; it must be of the type. */
    public boolean takes(Record record, Circumstances circumstances) {
        return record.alive() && where.of(record, circumstances) == Truth.TRUE;
    }

    /** Whether a record is one of the selected and holds a value equal to one given. */
    public boolean selects(Record record, Value value, Circumstances circumstances) {
        return holds(record, value) && takes(record, circumstances);
    }

    /** Itself in the language, without parentheses. */
    public String text() {
        return ConditionText.of(this);
    }

    @Override
    public String toString() {
        return text();
    }

    private boolean holds(Record record, Value value) {
        for (Value candidate : selected.values(record)) {
            if (Relation.EQUAL.of(candidate, value) == Truth.TRUE) {
                return true;
            }
        }
        return false;
    }
}
