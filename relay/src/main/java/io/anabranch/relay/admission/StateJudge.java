package io.anabranch.relay.admission;

import io.anabranch.crdt.Dot;
import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.tracking.SyncTrack;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges what a device offers back. It cannot be proved any more who wrote it: the signed commits are gone from the device, as from the
 * relay. So an enrolled device is believed in what it says the relay had confirmed, of records that it can have had, as long as a recovery
 * is open; the rules of the schema are not asked again. What is not believed: configuration, a context without the entries' dots, dots
 * absurdly far beyond those known, and a record larger than a record may be.
 *
 * <p>Of a device that is not shown every field the context says nothing of what it does not have. What it offers is then a set of
 * fields, and nothing else of the record is touched; nor are counters, of which only the context tells what a total covers.
 */
final class StateJudge {

    private final AdmissionLimits limits;

    StateJudge(AdmissionLimits limits) {
        this.limits = limits;
    }

    /** Whether a device may offer such a record: not configuration, which only administrators make, but what it tells of its own syncs. */
    static boolean mayOffer(Scopes.Reader reader, RecordKey key) {
        return !ConfigurationType.isReserved(key.type()) || SyncTrack.isOf(key, reader.replica());
    }

    /** The record after the join, the one before if there is nothing new in the offer, empty if the offer is refused. */
    Optional<StoredRecord> judge(@Nullable StoredRecord before, OfferedRecord offer, long sequence) {
        Record offered = offer.record();
        DotSet known = before == null ? DotSet.EMPTY : before.record().context();
        if (offered.isEmpty() || !isWhole(offered) || !isNear(offered.context(), known)) {
            return Optional.empty();
        }
        Record now = before == null ? Record.empty(offered.key()) : before.record();
        Record joined = offer.restricted() ? fieldsJoined(now, offered) : now.join(offered);
        StoredRecord after =
                before == null ? StoredRecord.created(joined, null, sequence) : before.changed(joined, sequence);
        return Optional.of(after).filter(record -> record.state().size() <= limits.recordSizeMax());
    }

    /** The fields that are offered, joined, and the others as they are. */
    private static Record fieldsJoined(Record now, Record offered) {
        Set<FieldName> names = new HashSet<>(Set.of(FieldName.LIFE));
        DotSet.Builder dots = new DotSet.Builder().addAll(now.context());
        for (Field field : offered.fields()) {
            if (!field.name().kind().equals(Kind.COUNTER)) {
                names.add(field.name());
                field.entries().forEach(entry -> dots.add(entry.dot()));
            }
        }
        Record spoken = offered.only(names);
        List<Field> fields = new ArrayList<>(now.only(names).join(spoken).fields());
        now.fields().stream().filter(field -> !names.contains(field.name())).forEach(fields::add);
        fields.sort(Comparator.comparing(Field::name));
        return new Record(now.key(), dots.build(), fields);
    }

    private static boolean isWhole(Record offered) {
        for (Field field : offered.fields()) {
            for (Entry entry : field.entries()) {
                if (!offered.context().contains(entry.dot())) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isNear(DotSet offered, DotSet known) {
        for (long replica : offered.replicas()) {
            long lastMax = Math.min(Dot.N_MAX, known.last(replica) + DeltaCheck.DOTS_AHEAD_MAX);
            if (offered.last(replica) > lastMax) {
                return false;
            }
        }
        return true;
    }
}
