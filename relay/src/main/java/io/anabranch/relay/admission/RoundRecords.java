package io.anabranch.relay.admission;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.scope.StoredRecords;
import io.anabranch.relay.store.Admitted;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The records of a round: as the store has them, and over that as the commits accepted so far have changed them. */
final class RoundRecords implements StoredRecords {

    private final RelayView view;
    private final Map<RecordKey, Place> places = new HashMap<>();

    RoundRecords(RelayView view) {
        this.view = view;
    }

    @Override
    public RelayView view() {
        return view;
    }

    /** Reads all that is not yet known, at once. */
    @Override
    public void read(Collection<RecordKey> keys) {
        List<RecordKey> asked = new ArrayList<>();
        List<Place> unknown = new ArrayList<>();
        for (RecordKey key : keys) {
            Place place = new Place(null);
            if (places.putIfAbsent(key, place) == null) {
                asked.add(key);
                unknown.add(place);
            }
        }
        List<Optional<StoredRecord>> found = asked.isEmpty() ? List.of() : view.records(asked);
        for (int i = 0; i < unknown.size(); i++) {
            unknown.get(i).read(found.get(i).orElse(null));
        }
    }

    @Override
    public void known(StoredRecord record) {
        places.computeIfAbsent(record.key(), key -> new Place(record));
    }

    @Override
    public @Nullable StoredRecord now(RecordKey key) {
        return place(key).now;
    }

    /** The record as it is now, empty if there is none. */
    Record find(RecordKey key) {
        StoredRecord now = now(key);
        return now == null ? Record.empty(key) : now.record();
    }

    /** The records that the round has changed. */
    List<Record> changed() {
        List<Record> changed = new ArrayList<>();
        for (Place place : places.values()) {
            if (place.now != null && place.now != place.before) {
                changed.add(place.now.record());
            }
        }
        return changed;
    }

    void change(StoredRecord changed) {
        place(changed.key()).now = changed;
    }

    /** The records that the round has changed, as they are now. */
    List<Admitted.Change> changes() {
        List<Admitted.Change> changes = new ArrayList<>();
        for (Place place : places.values()) {
            StoredRecord now = place.now;
            if (now != null && now != place.before) {
                int liveChange = (now.record().alive() ? 1 : 0) - (isAlive(place.before) ? 1 : 0);
                changes.add(new Admitted.Change(now, place.before, liveChange));
            }
        }
        return changes;
    }

    private Place place(RecordKey key) {
        Place place = places.get(key);
        if (place == null) {
            place = new Place(view.record(key).orElse(null));
            places.put(key, place);
        }
        return place;
    }

    private static boolean isAlive(@Nullable StoredRecord record) {
        return record != null && record.record().alive();
    }

    private static final class Place {

        private @Nullable StoredRecord before;
        private @Nullable StoredRecord now;

        Place(@Nullable StoredRecord before) {
            this.before = before;
            this.now = before;
        }

        private void read(@Nullable StoredRecord stored) {
            before = stored;
            now = stored;
        }
    }
}
