package io.anabranch.replica;

import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;

import io.anabranch.crdt.Record;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Query;
import io.anabranch.replica.state.StoreDigest;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Reads many records. Each reading is of one moment: a scan sees the store as it was when it was opened. */
final class Finder {

    private Finder() {}

    static List<Record> find(StorageReader storage, String type, Query query, Circumstances circumstances) {
        List<Record> found = new ArrayList<>();
        try (Scan scan = storage.scan(RECORDS, RecordKeys.firstOf(type), RecordKeys.endOf(type))) {
            while (scan.next()) {
                Record record = record(scan);
                if (query.matches(record, circumstances)) {
                    found.add(record);
                }
            }
        }
        return found.stream()
                .sorted(query.order())
                .skip(query.offset())
                .limit(query.limit().orElse(Long.MAX_VALUE))
                .toList();
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

    private static Record record(Scan scan) {
        return Record.decode(RecordKeys.decode(scan.key(), 0), scan.value());
    }
}
