package io.anabranch.replica.query;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A few random records of three types, some deleted, and a user with random attributes. */
record RandomWorld(Map<String, List<Record>> types, Map<String, List<Value>> attributes, long nowMillis, ZoneId zone)
        implements Circumstances {

    static final List<String> TYPES = List.of("account", "office", "visit");
    /** 29 February 2024, a Thursday, in the evening. */
    static final long NOW_MILLIS = 1_709_236_800_123L;

    private static final int ROWS = 7;

    static RandomWorld of(Random random) {
        Map<String, List<Record>> types = new LinkedHashMap<>();
        for (String type : TYPES) {
            List<Record> records = new ArrayList<>();
            for (int row = 0; row < ROWS; row++) {
                records.add(record(random, new RecordKey(type, Character.toString('a' + row))));
            }
            types.put(type, records);
        }
        return new RandomWorld(
                types,
                Map.of(
                        "texts", texts(random, random.nextInt(4)),
                        "wholes", wholes(random, random.nextInt(3)),
                        "text", texts(random, random.nextInt(2)),
                        "whole", wholes(random, random.nextInt(2)),
                        "real", random.nextBoolean() ? List.of() : List.of(Value.of(real(random))),
                        "bool", List.of(Value.of(random.nextBoolean()))),
                NOW_MILLIS,
                ZoneOffset.UTC);
    }

    static Record record(Random random, RecordKey key) {
        RecordEdit edit = new RecordEdit(Record.empty(key), null, new RecordEdit.Author(7, 1, 1)).create();
        for (String name : List.of("n", "m", "r", "q", "t", "u", "b", "c")) {
            if (random.nextInt(4) > 0) {
                edit.set(name, value(random, name));
            }
        }
        texts(random, Math.max(0, random.nextInt(4) - 1)).forEach(text -> edit.add("s", text));
        wholes(random, Math.max(0, random.nextInt(4) - 1)).forEach(whole -> edit.add("p", whole));
        if (random.nextInt(4) == 0) {
            edit.delete();
        }
        return edit.build();
    }

    @Override
    public List<Value> parameter(Operand.Parameter parameter) {
        return attributes.getOrDefault(parameter.name(), List.of());
    }

    List<Record> records(String type) {
        return types.getOrDefault(type, List.of());
    }

    @Override
    public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
        return records(type);
    }

    private static Value value(Random random, String name) {
        return switch (name) {
            case "n", "m" -> Value.of(RandomConditions.WHOLES[random.nextInt(RandomConditions.WHOLES.length)]);
            case "r", "q" -> Value.of(real(random));
            case "t", "u" -> Value.of(RandomConditions.TEXTS[random.nextInt(RandomConditions.TEXTS.length)]);
            default -> Value.of(random.nextBoolean());
        };
    }

    private static double real(Random random) {
        return RandomConditions.REALS[random.nextInt(RandomConditions.REALS.length)];
    }

    private static List<Value> texts(Random random, int count) {
        return random.ints(count, 0, RandomConditions.TEXTS.length)
                .mapToObj(i -> Value.of(RandomConditions.TEXTS[i]))
                .toList();
    }

    private static List<Value> wholes(Random random, int count) {
        return random.ints(count, 0, RandomConditions.WHOLES.length)
                .mapToObj(i -> Value.of(RandomConditions.WHOLES[i]))
                .toList();
    }
}
