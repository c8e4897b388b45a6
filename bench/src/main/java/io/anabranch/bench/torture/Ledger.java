package io.anabranch.bench.torture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What devices were told to save, and of which they said that it is saved. In the end all of the latter must be there, and nothing but the
 * former. Any thread.
 */
final class Ledger {

    /** The type of the records that everyone adds to. */
    static final String LOG = "log";

    /** The field of a log that is a set. */
    static final String ENTRIES = "entries";

    /** The field of a log that is a counter. */
    static final String COUNT = "count";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<String> tried = new HashSet<>();
    private final Set<String> saved = new HashSet<>();
    private final Map<String, Long> countTried = new HashMap<>();
    private final Map<String, Long> countSaved = new HashMap<>();
    private final Map<String, JsonNode> recordsTried = new HashMap<>();
    private final Set<String> recordsSaved = new HashSet<>();

    /** An element that is to be added to a set. */
    synchronized void tries(String element) {
        tried.add(element);
    }

    /** An element that a device said it saved. */
    synchronized void saves(String element) {
        saved.add(element);
    }

    synchronized void triesToCount(String log, long amount) {
        countTried.merge(log, amount, Long::sum);
    }

    synchronized void counts(String log, long amount) {
        countSaved.merge(log, amount, Long::sum);
    }

    /** Records that are to be created, a JSON object each as in a dump. */
    synchronized void triesRecords(List<String> lines) throws IOException {
        for (String line : lines) {
            JsonNode record = JSON.readTree(line);
            recordsTried.put(name(record), record);
        }
    }

    synchronized void savesRecords(List<String> lines) throws IOException {
        for (String line : lines) {
            recordsSaved.add(name(JSON.readTree(line)));
        }
    }

    /** How many saves were said to be done. */
    synchronized long savedCount() {
        return (long) saved.size() + recordsSaved.size() + countSaved.size();
    }

    /** What is wrong with a dump, a sentence each; at most ten. */
    synchronized List<String> faults(List<String> dump) throws IOException {
        Set<String> elements = new HashSet<>();
        Set<String> records = new HashSet<>();
        List<String> faults = new ArrayList<>();
        for (String line : dump) {
            JsonNode record = JSON.readTree(line);
            if (record.get("type").asText().equals(LOG)) {
                record.path("fields").path(ENTRIES).forEach(element -> elements.add(element.asText()));
                checkCount(record, faults);
            } else {
                records.add(name(record));
                if (!record.equals(recordsTried.get(name(record)))) {
                    faults.add("nobody made " + line);
                }
            }
        }
        saved.stream().filter(element -> !elements.contains(element)).forEach(lost -> faults.add(lost + " is lost"));
        elements.stream()
                .filter(element -> !tried.contains(element))
                .forEach(more -> faults.add("nobody made " + more));
        recordsSaved.stream().filter(name -> !records.contains(name)).forEach(lost -> faults.add(lost + " is lost"));
        return faults.subList(0, Math.min(faults.size(), 10));
    }

    private void checkCount(JsonNode record, List<String> faults) {
        String id = record.get("id").asText();
        long count = record.path("fields").path(COUNT).asLong();
        if (count < countSaved.getOrDefault(id, 0L) || count > countTried.getOrDefault(id, 0L)) {
            faults.add("%s counts %d, not between %d and %d"
                    .formatted(name(record), count, countSaved.get(id), countTried.get(id)));
        }
    }

    private static String name(JsonNode record) {
        return record.path("type").asText() + "/" + record.path("id").asText();
    }
}
