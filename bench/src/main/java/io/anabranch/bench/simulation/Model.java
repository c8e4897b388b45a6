package io.anabranch.bench.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * What a record must read when a given set of saves is in it: a place holds what was written to it by saves that no other save
 * of the set had seen and overwritten; counters are sums; of a register's values the one of the latest time wins.
 */
final class Model {

    private Model() {}

    /**
     * The reading.
     *
     * @param saves all that touch the record, in the order they were made
     * @param stamps the time that counts
     */
    static Reading read(String key, List<Save> saves, Predicate<Save> included, ToLongFunction<Save> stamps) {
        List<Save> present = saves.stream().filter(included).toList();
        Map<String, List<Save>> holders = new TreeMap<>();
        Map<String, Long> counters = new HashMap<>();
        for (Save save : present) {
            Effect effect = save.effect(key);
            for (String place : effect.filled().keySet()) {
                if (present.stream().noneMatch(other -> hides(other.effect(key), save, place))) {
                    holders.computeIfAbsent(place, absent -> new ArrayList<>()).add(save);
                }
            }
            effect.increments().forEach((counter, amount) -> counters.merge(counter, amount, Long::sum));
        }
        return reading(key, holders, counters, stamps);
    }

    private static boolean hides(Effect other, Save save, String place) {
        return other.saw(save.number()) && other.overwrites(place);
    }

    private static Reading reading(
            String key, Map<String, List<Save>> holders, Map<String, Long> counters, ToLongFunction<Save> stamps) {
        Map<String, String> fields = new TreeMap<>();
        Map<String, List<String>> elements = new TreeMap<>();
        holders.forEach((place, saves) -> {
            String field = Effect.fieldOf(place);
            if (field.equals(Effect.LIFE)) {
                fields.put(Reading.ALIVE, "");
            } else if (Schema.FLAGS.contains(field)) {
                fields.put(field, "on");
            } else if (Schema.SETS.contains(field)) {
                elements.computeIfAbsent(field, absent -> new ArrayList<>()).add(place.substring(field.length() + 1));
            } else {
                fields.put(field, values(key, place, saves, stamps));
            }
        });
        elements.forEach((set, members) -> fields.put(set, Reading.sorted(members)));
        counters.forEach((counter, sum) -> {
            if (sum != 0) {
                fields.put(counter, Long.toString(sum));
            }
        });
        return new Reading(fields);
    }

    private static String values(String key, String place, List<Save> saves, ToLongFunction<Save> stamps) {
        List<String> all = saves.stream().map(save -> value(save, key, place)).toList();
        if (Schema.MULTIS.contains(place)) {
            return Reading.sorted(all);
        }
        Save winner = saves.get(0);
        for (Save save : saves) {
            int byTime = Long.compareUnsigned(stamps.applyAsLong(save), stamps.applyAsLong(winner));
            // At equal times the greater replica wins, and of one replica the later save; saves are in their order.
            if (byTime > 0 || (byTime == 0 && Long.compareUnsigned(save.replica(), winner.replica()) >= 0)) {
                winner = save;
            }
        }
        return Reading.register(value(winner, key, place), all);
    }

    private static String value(Save save, String key, String place) {
        return String.valueOf(save.effect(key).filled().get(place));
    }
}
