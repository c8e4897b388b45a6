package io.anabranch.replica;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Mentions;
import io.anabranch.replica.query.Query;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.state.RecordChange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** How the result of a query follows from changes of records. One thread. */
interface WatchedResult {

    /** Remembers what the query finds now, where that is needed. */
    void begin();

    /** Whether changes of records of a type may change the result. */
    boolean dependsOn(String type);

    /** What changes come to. */
    List<RecordEvent> events(List<RecordChange> changes);

    /** The result of a query. */
    static WatchedResult of(
            String type, Query query, Supplier<Circumstances> circumstances, Supplier<List<Record>> find) {
        Mentions mentions = Mentions.of(query.condition());
        boolean byRecord = query.limit().isEmpty()
                && query.offset() == 0
                && mentions.selected().isEmpty()
                && mentions.parameters().isEmpty()
                && !mentions.time();
        if (byRecord) {
            return new ByRecord(type, query, circumstances);
        }
        Set<String> types = new HashSet<>(mentions.selected().keySet());
        types.add(type);
        if (!mentions.parameters().isEmpty()) {
            types.add(ConfigurationType.USER.recordType());
        }
        return new Compared(types, find);
    }

    private static RecordEvent event(boolean was, boolean is, Record now) {
        return new RecordEvent(
                !was ? RecordEvent.Kind.ENTER : is ? RecordEvent.Kind.CHANGE : RecordEvent.Kind.LEAVE, now);
    }

    /** Each record is in the result or not whatever the others are: nothing is remembered. */
    record ByRecord(String type, Query query, Supplier<Circumstances> circumstances) implements WatchedResult {

        @Override
        public void begin() {
            // There is nothing to remember.
        }

        @Override
        public boolean dependsOn(String changed) {
            return type.equals(changed);
        }

        @Override
        public List<RecordEvent> events(List<RecordChange> changes) {
            Circumstances now = circumstances.get();
            List<RecordEvent> events = new ArrayList<>();
            for (RecordChange change : changes) {
                boolean was = query.matches(change.before(), now);
                boolean is = query.matches(change.after(), now);
                if (was || is) {
                    events.add(event(was, is, change.after()));
                }
            }
            return events;
        }
    }

    /** The result is found anew and held against the one before, which is kept in memory. */
    final class Compared implements WatchedResult {

        private final Set<String> types;
        private final Supplier<List<Record>> find;
        private Map<RecordKey, Record> result = Map.of();

        Compared(Set<String> types, Supplier<List<Record>> find) {
            this.types = types;
            this.find = find;
        }

        @Override
        public void begin() {
            result = found();
        }

        @Override
        public boolean dependsOn(String changed) {
            return types.contains(changed);
        }

        @Override
        public List<RecordEvent> events(List<RecordChange> changes) {
            Map<RecordKey, Record> before = result;
            result = found();
            List<RecordEvent> events = new ArrayList<>();
            before.forEach((key, record) -> {
                if (!result.containsKey(key)) {
                    events.add(event(true, false, latest(key, record, changes)));
                }
            });
            result.forEach((key, record) -> {
                Record old = before.get(key);
                if (old == null || !record.equals(old)) {
                    events.add(event(old != null, true, record));
                }
            });
            return events;
        }

        private Map<RecordKey, Record> found() {
            Map<RecordKey, Record> found = new LinkedHashMap<>();
            find.get().forEach(record -> found.put(record.key(), record));
            return found;
        }

        private static Record latest(RecordKey key, Record known, List<RecordChange> changes) {
            return changes.stream()
                    .map(RecordChange::after)
                    .filter(after -> after.key().equals(key))
                    .reduce(known, (first, second) -> second);
        }
    }
}
