package io.anabranch.replica.schema;

import io.anabranch.crdt.Record;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Mentions;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.QueryException;
import io.anabranch.replica.query.Truth;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A condition of the configuration, ready to be asked. */
final class RecordCondition {

    private final Condition condition;
    private final boolean selects;
    private final Set<String> fields = new HashSet<>();

    private RecordCondition(Condition condition) {
        this.condition = condition;
        Mentions mentions = Mentions.of(condition);
        this.selects = !mentions.selected().isEmpty();
        for (Operand.Stored stored : mentions.stored()) {
            if (stored instanceof Operand.Field field) {
                fields.add(field.name());
            }
        }
    }

    /** The condition of a text; empty if it is blank, or not in the language as this version knows it. */
    static Optional<RecordCondition> of(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new RecordCondition(Condition.parse(text)));
        } catch (QueryException e) {
            return Optional.empty();
        }
    }

    /** Whether it can be judged where so much is known. */
    boolean isDecidable(Surroundings surroundings) {
        return !selects || surroundings.isComplete();
    }

    /** Whether the change touches a field that it asks for; if it asks for none, any change does. */
    boolean isTouchedBy(Change change) {
        return fields.isEmpty() || fields.stream().anyMatch(change::touches);
    }

    Truth of(Record record, Circumstances circumstances) {
        return condition.of(record, circumstances);
    }
}
