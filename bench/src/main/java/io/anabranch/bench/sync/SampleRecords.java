package io.anabranch.bench.sync;

import io.anabranch.crdt.Value;
import io.anabranch.replica.RecordWriter;
import io.anabranch.replica.Transaction;
import java.util.SplittableRandom;

/** Records like those of a sales application: 20 fields, about 600 bytes as JSON, the same for the same number. */
final class SampleRecords {

    static final String TYPE = "account";
    private static final String[] WORDS = {
        "harbour",
        "clinic",
        "north",
        "valley",
        "general",
        "river",
        "supply",
        "county",
        "medical",
        "group",
        "street",
        "market",
        "station",
        "central",
        "partners",
        "house"
    };
    private static final String[] TERRITORIES = {"West", "East", "North", "South", "Centre"};

    private SampleRecords() {}

    static String id(long number) {
        return Long.toString(100_000_000 + number);
    }

    static void write(Transaction tx, long number) {
        SplittableRandom random = new SplittableRandom(number);
        RecordWriter record = tx.record(TYPE, id(number));
        record.set("name", words(random, 3)).set("street", random.nextInt(999) + " " + words(random, 2));
        record.set("city", words(random, 1)).set("territory", TERRITORIES[random.nextInt(TERRITORIES.length)]);
        record.set("phone", "555-" + random.nextInt(1_000, 9_999)).set("fax", "555-" + random.nextInt(1_000, 9_999));
        record.set("email", words(random, 1) + number + "@example.org").set("website", "https://example.org/" + number);
        record.set("owner", "user" + random.nextInt(1_000)).set("segment", "segment-" + random.nextInt(20));
        record.set("employees", random.nextInt(5_000)).set("revenue", random.nextInt(10_000_000));
        record.set("latitude", Math.round(random.nextDouble() * 180e6) / 1e6 - 90);
        record.set("longitude", Math.round(random.nextDouble() * 360e6) / 1e6 - 180);
        record.set("active", random.nextBoolean()).set("created", "2026-01-" + random.nextInt(10, 28));
        record.set("last_visit", "2026-03-" + random.nextInt(10, 28)).set("priority", random.nextInt(5));
        record.set("description", words(random, 18)).set("remarks", Value.of(words(random, 10)));
    }

    private static String words(SplittableRandom random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.toString();
    }
}
