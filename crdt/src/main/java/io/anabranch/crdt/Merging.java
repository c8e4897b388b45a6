package io.anabranch.crdt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of writes when two records turn out to be one: those to the record that goes are moved to the one that stays, and what
 * refers to the one refers to the other.
 *
 * <p>Dots belong to a record, so a moved write needs another one. It gets that of a replica which stands for the writer in the record
 * that goes: its id is a hash of both, the number stays. So moved writes supersede each other just as they did before, in whatever order
 * they are moved, and moving one twice changes nothing.
 *
 * <p>Pure functions.
 */
public final class Merging {

    private Merging() {}

    /**
     * A delta of one record as one of another: what it writes, with the same stamps. What it takes away is what was moved before. It does
     * not create, and does not end a life.
     *
     * @param to the record that stays, another than the delta's
     */
    public static Record moved(Record delta, RecordKey to) {
        if (delta.key().equals(to)) {
            throw new IllegalArgumentException("a record is not moved to itself: " + to);
        }
        List<Field> fields = new ArrayList<>();
        for (Field field : delta.fields()) {
            boolean isLife = field.name().equals(FieldName.LIFE);
            List<Entry> entries = new ArrayList<>();
            for (Entry entry : field.entries()) {
                Dot dot = new Dot(
                        standIn(delta.key(), entry.dot().replica()), entry.dot().n());
                entries.add(new Entry(entry.key(), dot, entry.stamp(), isLife ? null : entry.value()));
            }
            entries.sort(null);
            if (!entries.isEmpty()) {
                fields.add(new Field(field.name(), null, entries));
            }
        }
        DotSet.Builder context = new DotSet.Builder();
        for (long replica : delta.context().replicas()) {
            long standIn = standIn(delta.key(), replica);
            context.addAll(delta.context().of(replica).inNameOf(standIn));
        }
        return new Record(to, context.build(), fields);
    }

    /** A record without some values, of whatever they are: of the fields of these names, what holds one of them is not there. */
    public static Record without(Record record, Set<String> fields, Set<Value> values) {
        List<Field> left = new ArrayList<>();
        for (Field field : record.fields()) {
            if (!fields.contains(field.name().name())) {
                left.add(field);
                continue;
            }
            List<Entry> entries = field.entries().stream()
                    .filter(entry -> !contains(values, entry.key()) && !contains(values, entry.value()))
                    .toList();
            if (!entries.isEmpty() || field.fold() != null) {
                left.add(new Field(field.name(), field.fold(), entries));
            }
        }
        return new Record(record.key(), record.context(), left);
    }

    private static boolean contains(Set<Value> values, @Nullable Value value) {
        return value != null && values.contains(value);
    }

    /** The replica that stands for another in a record that goes. */
    private static long standIn(RecordKey from, long replica) {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            for (String part : List.of("anabranch merged", from.type(), from.id())) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                hash.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
                hash.update(bytes);
            }
            hash.update(ByteBuffer.allocate(Long.BYTES).putLong(replica).array());
            return ByteBuffer.wrap(hash.digest()).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform lacks SHA-256", e);
        }
    }

    /**
     * A delta that writes one value where it wrote another, with the same dots: for the relay, before anyone was told of the delta.
     *
     * @param field the field's name, of whatever kind
     */
    public static Record corrected(Record delta, String field, Value from, Value to) {
        List<Field> fields = new ArrayList<>();
        for (Field written : delta.fields()) {
            fields.add(written.name().name().equals(field) ? corrected(written, from, to) : written);
        }
        return new Record(delta.key(), delta.context(), fields);
    }

    private static Field corrected(Field written, Value from, Value to) {
        List<Entry> entries = new ArrayList<>();
        for (Entry entry : written.entries()) {
            entries.add(
                    new Entry(put(entry.key(), from, to), entry.dot(), entry.stamp(), put(entry.value(), from, to)));
        }
        entries.sort(null);
        return new Field(written.name(), written.fold(), entries);
    }

    private static @Nullable Value put(@Nullable Value value, Value from, @Nullable Value to) {
        return from.equals(value) ? to : value;
    }

    /**
     * The delta that puts one value in the place of another wherever a record's fields hold it, concurrent values included. Its writes
     * keep the stamps of what they supersede, so a later write still wins over them.
     *
     * @param fields their names, of whatever kind
     * @param author whose stamp is not looked at
     * @return empty if the fields do not hold it
     */
    public static Record replaced(
            Record record, Set<String> fields, Replacement replacement, RecordEdit.Author author) {
        DotSet.Builder context = new DotSet.Builder();
        TreeMap<FieldName, List<Entry>> written = new TreeMap<>();
        long n = author.firstN();
        for (Field field : record.fields()) {
            if (!fields.contains(field.name().name())) {
                continue;
            }
            for (Entry entry : field.entries()) {
                if (!replacement.from.equals(entry.key()) && !replacement.from.equals(entry.value())) {
                    continue;
                }
                context.add(entry.dot());
                if (replacement.to != null) {
                    Dot dot = new Dot(author.replica(), n++);
                    context.add(dot);
                    Value key = put(entry.key(), replacement.from, replacement.to);
                    Value value = put(entry.value(), replacement.from, replacement.to);
                    written.computeIfAbsent(field.name(), name -> new ArrayList<>())
                            .add(new Entry(key, dot, entry.stamp(), value));
                }
            }
        }
        List<Field> all = new ArrayList<>();
        written.forEach((name, entries) -> all.add(new Field(name, null, entries)));
        return new Record(record.key(), context.build(), all);
    }

    /**
     * A value and what comes in its place.
     *
     * @param from the value
     * @param to the other, null for nothing
     */
    public record Replacement(Value from, @Nullable Value to) {}
}
