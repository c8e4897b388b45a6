package io.anabranch.relay.scope.clause;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Operand;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All records at one moment, as evaluation asks for them. Called by one thread at a time. */
public interface World {

    /** A record, deleted ones included; null if there is none. */
    @Nullable
    Record record(RecordKey key);

    /**
     * The records of a type, deleted ones included, where an operand has a value that is equal to this one.
     *
     * @param operand one of those that {@link Dependencies#indexed} names for the type
     */
    List<Record> holding(String type, Operand operand, Value value);

    /** Now, in ms since 1970. */
    long nowMillis();

    /** Where days begin and end. */
    ZoneId zone();
}
