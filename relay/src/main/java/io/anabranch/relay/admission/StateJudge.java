package io.anabranch.relay.admission;

import io.anabranch.crdt.Dot;
import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.Record;
import io.anabranch.relay.store.StoredRecord;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges what a device offers back. It cannot be proved any more who wrote it: the signed commits are gone from the device, as from the
 * relay. So an enrolled device is believed in what it says the relay had confirmed, of records that it may have, as long as a recovery is
 * open; the rules of the schema are not asked again. What is not believed: a context without the entries' dots, dots absurdly
 * far beyond those known, and a record larger than a record may be.
 */
final class StateJudge {

    private final AdmissionLimits limits;

    StateJudge(AdmissionLimits limits) {
        this.limits = limits;
    }

    /** The record after the join, the one before if there is nothing new in the offer, empty if the offer is refused. */
    Optional<StoredRecord> judge(@Nullable StoredRecord before, Record offered, long sequence) {
        DotSet known = before == null ? DotSet.EMPTY : before.record().context();
        if (offered.isEmpty() || !isWhole(offered) || !isNear(offered.context(), known)) {
            return Optional.empty();
        }
        StoredRecord after = before == null
                ? StoredRecord.created(offered, null, sequence)
                : before.changed(before.record().join(offered), sequence);
        return Optional.of(after).filter(record -> record.state().size() <= limits.recordSizeMax());
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
