package io.anabranch.replica;

import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Query;
import io.anabranch.replica.state.IndexKeys;
import io.anabranch.replica.state.IndexScan;
import io.anabranch.replica.state.StoreDigest;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.wire.RecordKeys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads many records. The reader is of one moment: a snapshot. */
final class Finder {

    private static final int CHUNK = 500;

    private final StorageReader reader;
    private final String type;
    private final Circumstances circumstances;

    Finder(StorageReader reader, String type, Circumstances circumstances) {
        this.reader = reader;
        this.type = type;
        this.circumstances = circumstances;
    }

    /** What a query finds, in its order: all of it, or what comes after a place in that order. */
    List<Record> find(Query query, @Nullable Record after) {
        FindPlan plan = plan(query);
        Predicate<Record> wanted = record -> query.matches(record, circumstances)
                && (after == null || query.order().compare(record, after) > 0);
        long limit = query.limit().orElse(Long.MAX_VALUE);
        long offset = after == null ? query.offset() : 0;
        Stream<Record> found = switch (plan.way()) {
            case LOOK_UP -> lookedUp(plan, wanted).stream().sorted(query.order());
            case IN_ORDER ->
                inOrder(from(plan.parts().get(0), query, after), query, wanted, saturated(limit, offset)).stream();
            case ALL -> all(query, wanted, saturated(limit, offset)).stream().sorted(query.order());
        };
        return found.skip(offset).limit(limit).toList();
    }

    /** What of a part of an index is not before a place in the query's order. */
    private static IndexScan.Part from(IndexScan.Part part, Query query, @Nullable Record after) {
        if (after == null || !(query.firstTerm().orElseThrow().operand() instanceof Operand.Field field)) {
            return part;
        }
        Iterator<Value> values = field.values(after).iterator();
        byte[] reached = values.hasNext() ? IndexKeys.of(values.next()) : IndexKeys.none();
        return part.descending()
                ? new IndexScan.Part(part.id(), part.from(), reached, true)
                : new IndexScan.Part(part.id(), reached, part.last(), false);
    }

    FindPlan plan(Query query) {
        return FindPlan.of(reader, type, query, circumstances);
    }

    private List<Record> all(Query query, Predicate<Record> wanted, long countMax) {
        List<Record> found = new ArrayList<>();
        // In the order of their keys, which is that of the scan, the first are enough.
        long enough = query.isOrdered() ? Long.MAX_VALUE : countMax;
        try (Scan scan = reader.scan(RECORDS, RecordKeys.firstOf(type), RecordKeys.endOf(type))) {
            while (found.size() < enough && scan.next()) {
                Record record = record(scan);
                if (wanted.test(record)) {
                    found.add(record);
                }
            }
        }
        return found;
    }

    private List<Record> lookedUp(FindPlan plan, Predicate<Record> wanted) {
        Set<RecordKey> keys = new LinkedHashSet<>();
        for (IndexScan.Part part : plan.parts()) {
            try (IndexScan scan = new IndexScan(reader, type, part)) {
                while (scan.next()) {
                    keys.add(scan.record());
                }
            }
        }
        return records(List.copyOf(keys), wanted);
    }

    /** Records whose first term is equal stand together, and are put in order by what else the query says. */
    private List<Record> inOrder(IndexScan.Part part, Query query, Predicate<Record> wanted, long enough) {
        List<Record> found = new ArrayList<>();
        List<RecordKey> group = new ArrayList<>();
        ByteBuffer groupValue = null;
        try (IndexScan scan = new IndexScan(reader, type, part)) {
            while (found.size() < enough && scan.next()) {
                if (scan.isFirst()) {
                    ByteBuffer value = scan.value();
                    if (!value.equals(groupValue)) {
                        add(found, group, query, wanted);
                        groupValue = value;
                    }
                    group.add(scan.record());
                }
            }
        }
        add(found, group, query, wanted);
        return found;
    }

    private void add(List<Record> found, List<RecordKey> group, Query query, Predicate<Record> wanted) {
        records(group, wanted).stream().sorted(query.order()).forEach(found::add);
        group.clear();
    }

    private List<Record> records(List<RecordKey> keys, Predicate<Record> wanted) {
        List<Record> found = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += CHUNK) {
            List<RecordKey> chunk = keys.subList(from, Math.min(keys.size(), from + CHUNK));
            List<byte @Nullable []> states = reader.getAll(
                    RECORDS, chunk.stream().map(RecordKeys::encode).toList());
            for (int i = 0; i < chunk.size(); i++) {
                byte[] state = states.get(i);
                Record record = state == null ? Record.empty(chunk.get(i)) : Record.decode(chunk.get(i), state);
                if (wanted.test(record)) {
                    found.add(record);
                }
            }
        }
        return found;
    }

    static void forEach(StorageReader storage, Predicate<String> types, Consumer<Record> action) {
        try (Scan scan = storage.scan(RECORDS, new byte[0], null)) {
            while (scan.next()) {
                Record record = record(scan);
                if (types.test(record.key().type()) && record.alive()) {
                    action.accept(record);
                }
            }
        }
    }

    static StoreDigest digest(StorageReader storage) {
        StoreDigest digest = new StoreDigest();
        try (Scan scan = storage.scan(RECORDS, new byte[0], null)) {
            while (scan.next()) {
                digest.add(scan.key(), scan.value());
            }
        }
        return digest;
    }

    private static long saturated(long limit, long offset) {
        return limit > Long.MAX_VALUE - offset ? Long.MAX_VALUE : limit + offset;
    }

    private static Record record(Scan scan) {
        return Record.decode(RecordKeys.decode(scan.key(), 0), scan.value());
    }
}
