package io.anabranch.crdt;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One business object: a map of fields, each a CRDT, under one causal context. Immutable and thread-safe.
 *
 * <p>A record and a delta are the same thing: a delta is a record that holds only what one edit changed and whose context
 * holds only the dots it made and those it superseded. {@link #join} of both gives the edited record; it is commutative,
 * associative and idempotent, so deltas may come in any order, any number of times, by any way. ({@link Fold} says the
 * one thing that is expected of the relay for this.)
 *
 * <p>Reading never fails on what is not there: a field without entries reads as empty, 0, or off. Deleted records keep
 * their fields; look at {@link #alive} first.
 *
 * <pre>{@code
 * Record seen = Record.empty(new RecordKey("account", "a1"));
 * RecordEdit edit = new RecordEdit(seen, null, new RecordEdit.Author(replica, 1, clock.next()));
 * Record delta = edit.set("name", Value.of("Harbour Clinic")).build();
 * Record now = seen.join(delta);
 * }</pre>
 */
@SuppressWarnings("JavaLangClash") // the word of the domain; java.lang.Record is hardly ever named
public final class Record {

    private final RecordKey key;
    private final DotSet context;
    private final List<Field> fields;

    /**
     * A record of its parts.
     *
     * @param context every dot of the fields, and those superseded
     * @param fields ascending by name, without repetition
     */
    public Record(RecordKey key, DotSet context, List<Field> fields) {
        this.key = key;
        this.context = context;
        this.fields = List.copyOf(fields);
        for (int i = 1; i < this.fields.size(); i++) {
            if (this.fields.get(i - 1).name().compareTo(this.fields.get(i).name()) >= 0) {
                throw new IllegalArgumentException("a record's fields are out of order: " + key);
            }
        }
    }

    /** A record of which nothing is known. */
    public static Record empty(RecordKey key) {
        return new Record(key, DotSet.EMPTY, List.of());
    }

    /**
     * Reads the canonical encoding.
     *
     * @throws MalformedRecordException if the bytes are anything but what {@link #encode} of some record gives
     */
    public static Record decode(RecordKey key, byte[] bytes) {
        return new RecordDecoder(bytes).decode(key);
    }

    /** The canonical encoding; equal for equal records. Does not hold the key. */
    public byte[] encode() {
        return new RecordEncoder(this).encode();
    }

    /** SHA-256 of the canonical encoding. */
    public byte[] digest() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(encode());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform lacks SHA-256", e);
        }
    }

    /** Type and id. */
    public RecordKey key() {
        return key;
    }

    /** Every dot ever seen of this record. */
    public DotSet context() {
        return context;
    }

    /** The fields with content, {@link FieldName#LIFE} first, ascending by name. */
    public List<Field> fields() {
        return fields;
    }

    /** The state of one field. */
    public Optional<Field> field(FieldName name) {
        return Optional.ofNullable(find(name));
    }

    /** Whether the record exists: it was created, and not deleted since. */
    public boolean alive() {
        return life() != null;
    }

    /** Whether nothing is known of the record, not even that it was deleted. */
    public boolean isEmpty() {
        return context.isEmpty() && fields.isEmpty();
    }

    /** Whether this record, as a delta, creates: it needs nothing from before to be whole. */
    public boolean creates() {
        Field life = life();
        if (life != null) {
            for (Entry entry : life.entries()) {
                if (entry.value() != null) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What a register reads: the latest value written, empty if it is unset. */
    public Optional<Value> value(String register) {
        Field field = find(new FieldName(register, Kind.REGISTER));
        Entry latest = field == null ? null : field.latest();
        return latest == null ? Optional.empty() : Optional.ofNullable(latest.value());
    }

    /** All values of a register, or of a field of {@link Kind#MULTI}, that were written concurrently, the latest first. */
    public List<Value> values(String name) {
        Field field = find(new FieldName(name, Kind.MULTI));
        if (field == null) {
            field = find(new FieldName(name, Kind.REGISTER));
        }
        return field == null ? List.of() : latestFirst(field);
    }

    /** The sum of a counter. */
    public long count(String counter) {
        Field field = find(new FieldName(counter, Kind.COUNTER));
        return field == null ? 0 : field.sum();
    }

    /** The elements of a set, ascending. */
    public Set<Value> elements(String set) {
        Field field = find(new FieldName(set, Kind.SET));
        Set<Value> elements = new TreeSet<>();
        if (field != null) {
            field.entries().forEach(entry -> addIfPresent(elements, entry.key()));
        }
        return Collections.unmodifiableSet(elements);
    }

    /** Whether a flag is on. */
    public boolean flag(String flag) {
        return find(new FieldName(flag, Kind.FLAG)) != null;
    }

    /**
     * What both together know. Where both hold one dot with different contents, as after the relay has corrected a clock,
     * this record's is kept.
     *
     * @throws IllegalArgumentException if the keys differ
     */
    public Record join(Record other) {
        if (!key.equals(other.key)) {
            throw new IllegalArgumentException("records of different keys do not join: " + key + ", " + other.key);
        } else if (other.isEmpty()) {
            return this;
        } else if (isEmpty()) {
            return other;
        }
        return new Record(key, context.union(other.context), RecordJoin.join(this, other));
    }

    /**
     * What this record becomes when some of its fields are replaced by those of a newer state of the same origin.
     *
     * @param newer the fields that changed, and the whole context of the newer state
     * @param gone fields that have become empty
     */
    public Record patched(Record newer, Set<FieldName> gone) {
        List<Field> patched = new ArrayList<>(fields.size() + newer.fields.size());
        for (Field field : fields) {
            if (!gone.contains(field.name()) && newer.find(field.name()) == null) {
                patched.add(field);
            }
        }
        patched.addAll(newer.fields);
        patched.sort(Comparator.comparing(Field::name));
        return new Record(key, newer.context, patched);
    }

    /** Only the named fields, with the whole context: what {@link #patched} takes. */
    public Record only(Set<FieldName> names) {
        return new Record(
                key,
                context,
                fields.stream().filter(field -> names.contains(field.name())).toList());
    }

    /**
     * This record with every counter's entries summed into a {@link Fold}, which is later than the one before; for the relay alone.
     *
     * @param at the position, if the fold before is not later
     */
    public Record folded(Position at) {
        boolean any = fields.stream().anyMatch(Record::foldable);
        return any
                ? new Record(
                        key,
                        context,
                        fields.stream().map(field -> fold(field, at)).toList())
                : this;
    }

    /** This delta with no stamp later than a bound. */
    public Record clamped(long stampMax) {
        boolean any =
                fields.stream().flatMap(field -> field.entries().stream()).anyMatch(entry -> isLate(entry, stampMax));
        return any
                ? new Record(
                        key,
                        context,
                        fields.stream().map(field -> clamp(field, stampMax)).toList())
                : this;
    }

    /** This delta with another context; for the relay, which leaves out dots it cannot know. */
    public Record withContext(DotSet newContext) {
        return newContext.equals(context) ? this : new Record(key, newContext, fields);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Record that
                        && key.equals(that.key)
                        && context.equals(that.context)
                        && fields.equals(that.fields));
    }

    @Override
    public int hashCode() {
        return 31 * (31 * key.hashCode() + context.hashCode()) + fields.hashCode();
    }

    @Override
    public String toString() {
        return key + " " + fields + " " + context;
    }

    /** It sorts before all others. */
    private @Nullable Field life() {
        return fields.isEmpty() || !fields.get(0).name().isLife() ? null : fields.get(0);
    }

    @Nullable
    Field find(FieldName name) {
        int low = 0;
        int high = fields.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = fields.get(middle).name().compareTo(name);
            if (order == 0) {
                return fields.get(middle);
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    private static List<Value> latestFirst(Field field) {
        List<Entry> entries = new ArrayList<>(field.entries());
        entries.sort((left, right) -> left.isLaterThan(right) ? -1 : right.isLaterThan(left) ? 1 : 0);
        List<Value> values = new ArrayList<>();
        entries.forEach(entry -> addIfPresent(values, entry.value()));
        return List.copyOf(values);
    }

    private static void addIfPresent(Collection<Value> values, @Nullable Value value) {
        if (value != null) {
            values.add(value);
        }
    }

    private static boolean foldable(Field field) {
        return field.name().kind().equals(Kind.COUNTER) && !field.entries().isEmpty();
    }

    private static Field fold(Field field, Position at) {
        return foldable(field)
                ? new Field(field.name(), new Fold(after(field.fold(), at), Value.of(field.sum())), List.of())
                : field;
    }

    /** A relay that was set back may give positions before those of the totals that devices have brought back to it. */
    private static Position after(@Nullable Fold before, Position at) {
        return before == null || before.at().compareTo(at) < 0
                ? at
                : new Position(before.at().epoch(), before.at().sequence() + 1);
    }

    private static boolean isLate(Entry entry, long stampMax) {
        return Long.compareUnsigned(entry.stamp(), stampMax) > 0;
    }

    private static Field clamp(Field field, long stampMax) {
        List<Entry> clamped = field.entries().stream()
                .map(entry -> isLate(entry, stampMax) ? entry.withStamp(stampMax) : entry)
                .toList();
        return new Field(field.name(), field.fold(), clamped);
    }
}
