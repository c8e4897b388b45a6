package io.anabranch.relay.scope;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.store.StoredRecord;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records that others were joined with lately, as of one head of the store: an account is asked for with each of its calls, in one round after
 * another. At most {@value #COUNT_MAX} records with {@value #SIZE_MAX} bytes of state in all, some 50 MB decoded. Thread-safe.
 */
final class JoinedRecords {

    static final int COUNT_MAX = 16_384;
    static final long SIZE_MAX = 16 << 20;

    private final Map<RecordKey, StoredRecord> known = new LinkedHashMap<>(1_024, 0.75f, true);
    private long size;
    private @Nullable Position head;

    /** A round begins that sees the store at a head. */
    synchronized void begin(Position at) {
        if (!at.equals(head)) {
            clear();
            head = at;
        }
    }

    /** A record as of a head, null if it is not at hand. */
    synchronized @Nullable StoredRecord get(Position at, RecordKey key) {
        return at.equals(head) ? known.get(key) : null;
    }

    /** Keeps a record as it is at a head, in place of those not asked for the longest. */
    synchronized void put(Position at, StoredRecord record) {
        if (at.equals(head)) {
            keep(record);
        }
    }

    /** A round is stored: what it changed of what is kept is other now. */
    synchronized void appended(Position before, Position after, Collection<StoredRecord> changed) {
        if (before.equals(head)) {
            for (StoredRecord record : changed) {
                if (known.containsKey(record.key())) {
                    keep(record);
                }
            }
            head = after;
        } else {
            clear();
            head = null;
        }
    }

    private void keep(StoredRecord record) {
        StoredRecord before = known.put(record.key(), record);
        size += record.state().size() - (before == null ? 0 : before.state().size());
        Iterator<StoredRecord> oldest = known.values().iterator();
        while ((size > SIZE_MAX || known.size() > COUNT_MAX) && oldest.hasNext()) {
            size -= oldest.next().state().size();
            oldest.remove();
        }
    }

    private void clear() {
        known.clear();
        size = 0;
    }
}
