package io.anabranch.replica.tracking;

import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one run of a sync, or one live connection, did. Immutable. As a record every part is a register of its own, named as in {@link
 * #fields}, so that reports can ask for them; records moved are {@code up.TYPE} and {@code down.TYPE}.
 *
 * @param device whose it was
 * @param occasion which way, and why
 * @param times when, how long
 * @param traffic what was moved
 * @param outcome how it ended
 */
public record SyncTrack(Device device, Occasion occasion, Times times, Traffic traffic, Outcome outcome) {

    /** The type of the records. */
    public static final String RECORD_TYPE = "$tracking";

    private static final int TYPES_MAX = 30;
    private static final int MESSAGE_LENGTH_MAX = 200;
    private static final String UP = "up.";
    private static final String DOWN = "down.";

    /**
     * Whose run it was.
     *
     * @param user the person
     * @param name the device's
     * @param replica its id in hexadecimal
     * @param platform system and virtual machine
     * @param version of the library
     */
    public record Device(String user, String name, String replica, String platform, String version) {}

    /**
     * Which way, and why.
     *
     * @param way as on the command line, such as {@code non-blocking}
     * @param mode {@code foreground} if a person waits for it, otherwise {@code background}
     * @param trigger who started it: {@code user}, {@code opening}, {@code application}
     * @param network as the application told it
     */
    public record Occasion(String way, String mode, String trigger, NetworkKind network) {}

    /**
     * When it was.
     *
     * @param startedMillis ms since 1970
     * @param endedMillis ms since 1970
     * @param pausedMillis of a live connection: how long was waited since the one before
     * @param retries of a live connection: how many attempts failed since the one before
     */
    public record Times(long startedMillis, long endedMillis, long pausedMillis, long retries) {}

    /**
     * What was moved.
     *
     * @param commitsUp commits sent, repetitions included
     * @param recordsUp changes of records sent, by type
     * @param recordsDown records that changed by what came, or were staged, by type
     * @param bytesUp on the wire
     * @param bytesDown on the wire
     */
    public record Traffic(
            long commitsUp, Map<String, Long> recordsUp, Map<String, Long> recordsDown, long bytesUp, long bytesDown) {

        /** Copies the maps. */
        public Traffic {
            recordsUp = Map.copyOf(recordsUp);
            recordsDown = Map.copyOf(recordsDown);
        }
    }

    /**
     * How it ended.
     *
     * @param result {@code success}, {@code cancelled} or {@code failed}
     * @param code why it failed, empty if it did not
     * @param message the same in words
     * @param pendingBefore commits that were pending at the start
     * @param pendingAfter and at the end
     * @param errors sync errors at the end
     */
    public record Outcome(
            String result, String code, String message, long pendingBefore, long pendingAfter, long errors) {}

    /**
     * The record for one of a device's last runs.
     *
     * @param slot a device's records take turns, so that there are never more
     */
    public static RecordKey key(long replica, long slot) {
        return new RecordKey(RECORD_TYPE, HexFormat.of().toHexDigits(replica) + "-" + slot);
    }

    /** The key of a record by its id. */
    public static RecordKey keyOf(String id) {
        return new RecordKey(RECORD_TYPE, id);
    }

    /** Whether a record is for the runs of a device: one of {@link SyncSettings#TRACKS_KEPT_MAX}, which take turns. */
    public static boolean isOf(RecordKey key, long replica) {
        String before = HexFormat.of().toHexDigits(replica) + "-";
        if (!key.type().equals(RECORD_TYPE) || !key.id().startsWith(before)) {
            return false;
        }
        String slot = key.id().substring(before.length());
        return slot.matches("0|[1-9][0-9]{0,5}") && Integer.parseInt(slot) < SyncSettings.TRACKS_KEPT_MAX;
    }

    /** All of it, by name. */
    public Map<String, Value> fields() {
        Map<String, Value> fields = new LinkedHashMap<>();
        fields.put("user", Value.of(device.user));
        fields.put("device", Value.of(device.name));
        fields.put("replica", Value.of(device.replica));
        fields.put("platform", Value.of(device.platform));
        fields.put("version", Value.of(device.version));
        fields.put("way", Value.of(occasion.way));
        fields.put("mode", Value.of(occasion.mode));
        fields.put("trigger", Value.of(occasion.trigger));
        fields.put("network", Value.of(occasion.network.text()));
        fields.put("started", Value.of(times.startedMillis));
        fields.put("ended", Value.of(times.endedMillis));
        fields.put("duration_millis", Value.of(times.endedMillis - times.startedMillis));
        fields.put("paused_millis", Value.of(times.pausedMillis));
        fields.put("retries", Value.of(times.retries));
        fields.put("commits_up", Value.of(traffic.commitsUp));
        fields.put("records_up", Value.of(sum(traffic.recordsUp)));
        fields.put("records_down", Value.of(sum(traffic.recordsDown)));
        fields.put("bytes_up", Value.of(traffic.bytesUp));
        fields.put("bytes_down", Value.of(traffic.bytesDown));
        fields.put("result", Value.of(outcome.result));
        fields.put("code", Value.of(outcome.code));
        fields.put("message", Value.of(cut(outcome.message)));
        fields.put("pending_before", Value.of(outcome.pendingBefore));
        fields.put("pending_after", Value.of(outcome.pendingAfter));
        fields.put("errors", Value.of(outcome.errors));
        putTypes(fields, UP, traffic.recordsUp);
        putTypes(fields, DOWN, traffic.recordsDown);
        return fields;
    }

    /** Makes a record say this and nothing else. */
    public void writeTo(RecordEdit edit, Record before) {
        Map<String, Value> fields = fields();
        for (Field field : before.fields()) {
            String name = field.name().name();
            if (!field.name().equals(FieldName.LIFE) && !fields.containsKey(name)) {
                edit.clear(name);
            }
        }
        fields.forEach((name, value) -> {
            if (!before.value(name).filter(value::equals).isPresent()) {
                edit.set(name, value);
            }
        });
    }

    /** Reads a record; what it does not say is empty or 0. */
    public static SyncTrack of(Record record) {
        return new SyncTrack(
                new Device(
                        text(record, "user"),
                        text(record, "device"),
                        text(record, "replica"),
                        text(record, "platform"),
                        text(record, "version")),
                new Occasion(text(record, "way"), text(record, "mode"), text(record, "trigger"), network(record)),
                new Times(
                        number(record, "started"),
                        number(record, "ended"),
                        number(record, "paused_millis"),
                        number(record, "retries")),
                new Traffic(
                        number(record, "commits_up"),
                        types(record, UP),
                        types(record, DOWN),
                        number(record, "bytes_up"),
                        number(record, "bytes_down")),
                new Outcome(
                        text(record, "result"),
                        text(record, "code"),
                        text(record, "message"),
                        number(record, "pending_before"),
                        number(record, "pending_after"),
                        number(record, "errors")));
    }

    /** Whether it came to its end. */
    public boolean isSuccess() {
        return outcome.result.equals("success");
    }

    /** Whether it ended before its end, and not because someone wanted that. */
    public boolean isFailed() {
        return outcome.result.equals("failed");
    }

    /** How long it took. */
    public long durationMillis() {
        return Math.max(0, times.endedMillis - times.startedMillis);
    }

    private static void putTypes(Map<String, Value> fields, String prefix, Map<String, Long> counts) {
        counts.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, Long>>comparingLong(entry -> -entry.getValue())
                        .thenComparing(Map.Entry::getKey))
                .filter(entry -> entry.getKey().length() < FieldName.LENGTH_MAX - DOWN.length())
                .limit(TYPES_MAX)
                .forEach(entry -> fields.put(prefix + entry.getKey(), Value.of(entry.getValue())));
    }

    private static Map<String, Long> types(Record record, String prefix) {
        Map<String, Long> counts = new TreeMap<>();
        for (Field field : record.fields()) {
            String name = field.name().name();
            if (name.startsWith(prefix)) {
                counts.put(name.substring(prefix.length()), number(record, name));
            }
        }
        return counts;
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String cut(String message) {
        return message.length() <= MESSAGE_LENGTH_MAX ? message : message.substring(0, MESSAGE_LENGTH_MAX);
    }

    private static NetworkKind network(Record record) {
        for (NetworkKind kind : NetworkKind.values()) {
            if (kind.text().equals(text(record, "network"))) {
                return kind;
            }
        }
        return NetworkKind.UNKNOWN;
    }

    private static String text(Record record, String field) {
        return record.value(field).orElse(Value.of("")) instanceof Value.Text text ? text.text() : "";
    }

    private static long number(Record record, String field) {
        return record.value(field).orElse(Value.of(0)) instanceof Value.Whole whole ? whole.number() : 0;
    }
}
