package io.anabranch.relay.admission;

import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Merging;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.store.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records that an administrator has merged into others, during one round: what still arrives for them goes to the one that stayed.
 *
 * <p>Such a record is deleted and has a mark that the relay's own replica has written; the mark of anyone else is none. Only what is
 * deleted is looked at, so this costs the other records nothing.
 */
public final class MergedRecords {

    /** The register that names the id of the record that stayed, of the same type. */
    public static final String MARK = "$merged-into";

    /** More than anyone merges in a row; a bound in case marks are damaged. */
    private static final int CHAIN_MAX = 1_000;

    private static final FieldName MARK_FIELD = new FieldName(MARK, Kind.REGISTER);

    private final RoundRecords records;
    private final RoundRule rule;

    MergedRecords(RoundRecords records, RoundRule rule) {
        this.records = records;
        this.rule = rule;
    }

    /** The record that stayed, at the end of all merges; null if this one was not merged. */
    @Nullable
    RecordKey survivor(Record merged) {
        List<RecordKey> path = path(merged);
        return path.isEmpty() ? null : path.get(path.size() - 1);
    }

    /** What it was merged into, what that was merged into, and so on. */
    private List<RecordKey> path(Record merged) {
        List<RecordKey> path = new ArrayList<>(0);
        Record at = merged;
        for (Optional<RecordKey> next = next(at); next.isPresent() && path.size() < CHAIN_MAX; next = next(at)) {
            path.add(next.get());
            at = records.find(next.get());
        }
        return path;
    }

    private Optional<RecordKey> next(Record record) {
        return record.alive() || record.isEmpty() ? Optional.empty() : merged(record);
    }

    /** What the relay has written into the mark. */
    private Stream<Entry> marks(Record record) {
        return record.field(MARK_FIELD).stream()
                .flatMap(field -> field.entries().stream())
                .filter(entry -> rule.isRelay(entry.dot().replica()));
    }

    /** Into what a deleted record was merged by the relay; empty if it was not. */
    private Optional<RecordKey> merged(Record record) {
        return marks(record)
                .map(Entry::value)
                .filter(Value.Text.class::isInstance)
                .map(id -> new RecordKey(record.key().type(), id.toString()))
                .findFirst();
    }

    /** The delta with references to records that were merged pointing to those that stayed. */
    Record repointed(Record delta) {
        Map<String, String> references = rule.references(delta.key().type());
        Record repointed = delta;
        if (!references.isEmpty()) {
            for (Field field : delta.fields()) {
                String type = references.get(field.name().name());
                if (type != null) {
                    repointed = repointed(repointed, field, type);
                }
            }
        }
        return repointed;
    }

    private Record repointed(Record delta, Field field, String type) {
        Record repointed = delta;
        for (Entry entry : field.entries()) {
            Value reference = entry.key() == null ? entry.value() : entry.key();
            RecordKey survivor = reference == null ? null : survivorOf(type, reference);
            if (reference != null && survivor != null) {
                repointed = Merging.corrected(repointed, field.name().name(), reference, Value.of(survivor.id()));
            }
        }
        return repointed;
    }

    private @Nullable RecordKey survivorOf(String type, Value reference) {
        try {
            return survivor(records.find(new RecordKey(type, reference.toString())));
        } catch (IllegalArgumentException e) {
            // Not the id of a record; the check of types says so.
            return null;
        }
    }

    /** Whether a delta does nothing but bring its record back. */
    static boolean isBareRevival(Record delta) {
        Optional<Field> life = delta.field(FieldName.LIFE);
        return life.isPresent()
                && delta.fields().size() == 1
                && life.get().entries().stream()
                        .map(entry -> DotSet.ofSpan(
                                entry.dot().replica(),
                                entry.dot().n(),
                                entry.dot().n()))
                        .anyMatch(delta.context()::equals);
    }

    /**
     * What a delta for a merged record comes to as one for the record that stayed: moved as often as what it supersedes was. One whose author
     * had seen the record deleted makes it anew where it is; of the record that stayed nothing is superseded by that.
     */
    Record moved(Record delta, Record merged, StoredRecord survivor) {
        Record moved = delta;
        for (RecordKey key : path(merged)) {
            moved = Merging.moved(moved, key);
        }
        // Only what was moved before, and the moved writes themselves: nothing else is known of these replicas.
        DotSet.Builder own = new DotSet.Builder();
        moved.fields().forEach(field -> field.entries().forEach(entry -> own.add(entry.dot())));
        boolean knew = marks(merged).anyMatch(mark -> delta.context().contains(mark.dot()));
        DotSet superseded = knew
                ? DotSet.EMPTY
                : moved.context().intersection(survivor.record().context());
        return moved.withContext(superseded.union(own.build()));
    }
}
