package io.anabranch.relay.scope;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.scope.clause.World;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.query.Operand;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The records of a round, with some changed that are not yet the round's own.
 *
 * @param moment now
 * @param changed the records of the commit that is being looked at, none for the world before it
 */
record RoundWorld(
        Moment moment, StoredRecords records, RoundReferences references, Map<RecordKey, StoredRecord> changed)
        implements World {

    /**
     * When and where.
     *
     * @param nowMillis ms since 1970
     * @param zone where days begin
     */
    record Moment(long nowMillis, ZoneId zone) {}

    @Override
    public @Nullable Record record(RecordKey key) {
        StoredRecord own = changed.get(key);
        StoredRecord found = own == null ? records.now(key) : own;
        return found == null ? null : found.record();
    }

    @Override
    public List<Record> holding(String type, Operand operand, Value value) {
        if (operand instanceof Operand.Id) {
            Record record = keyOf(type, value).map(this::record).orElse(null);
            return record == null ? List.of() : List.of(record);
        }
        Set<RecordKey> candidates = new TreeSet<>(references.candidates(type, operand, value));
        changed.keySet().stream().filter(key -> key.type().equals(type)).forEach(candidates::add);
        records.read(candidates);
        List<Record> holding = new ArrayList<>();
        for (RecordKey key : candidates) {
            Record record = record(key);
            if (record != null && RoundReferences.values(operand, record).contains(value)) {
                holding.add(record);
            }
        }
        return holding;
    }

    /** The key of the record of a type whose id is a value, if that can be. */
    static Optional<RecordKey> keyOf(String type, Value value) {
        boolean isId = value instanceof Value.Text text
                && !text.text().isEmpty()
                && text.text().length() <= RecordKey.ID_LENGTH_MAX
                && text.text().indexOf('\0') < 0;
        return isId ? Optional.of(new RecordKey(type, value.toString())) : Optional.empty();
    }

    @Override
    public long nowMillis() {
        return moment.nowMillis;
    }

    @Override
    public ZoneId zone() {
        return moment.zone;
    }
}
