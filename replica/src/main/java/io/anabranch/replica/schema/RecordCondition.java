package io.anabranch.replica.schema;

import io.anabranch.crdt.Record;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Query;
import io.anabranch.replica.query.QueryException;
import java.time.ZoneOffset;
import java.util.Optional;

/** A condition of the configuration, ready to be asked. */
final class RecordCondition {

    private final Query holds;
    private final Query fails;

    private RecordCondition(Query holds, Query fails) {
        this.holds = holds;
        this.fails = fails;
    }

    /** The condition of a text; empty if it is blank, or not in the language as this version knows it. */
    static Optional<RecordCondition> of(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new RecordCondition(Query.parse(text), Query.parse("NOT (" + text + ")")));
        } catch (QueryException e) {
            return Optional.empty();
        }
    }

    boolean isTrue(Record record) {
        return holds.matches(record, Circumstances.at(0, ZoneOffset.UTC));
    }

    boolean isFalse(Record record) {
        return fails.matches(record, Circumstances.at(0, ZoneOffset.UTC));
    }
}
