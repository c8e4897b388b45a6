package io.anabranch.crdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What of a record that goes is taken over by the one that it is merged into.
 *
 * <p>Sets and flags come together, counters are added up: each of their writes says something that stays true. Of all other fields those
 * come over that the record which stays does not have. Writes come with their stamps and with dots that stand for theirs, as
 * {@linkplain Merging#moved moved} ones do; so what is moved later supersedes of them what it superseded where it was made.
 *
 * @param taken names of fields that become what they are in the record that goes
 * @param kept names of fields that stay what they are
 */
public record Takeover(Set<String> taken, Set<String> kept) {

    /** Nobody has chosen anything. */
    public static final Takeover BY_KIND = new Takeover(Set.of(), Set.of());

    /** Copies the names. */
    public Takeover {
        taken = Set.copyOf(taken);
        kept = Set.copyOf(kept);
        for (String name : taken) {
            if (kept.contains(name)) {
                throw new IllegalArgumentException("a field cannot be both taken and kept: " + name);
            }
        }
    }

    /**
     * The delta of the record that stays; after it that one has seen all writes of the one that goes.
     *
     * @param author whose dots added counters get; its stamp is not looked at
     */
    public Record delta(Record from, Record to, RecordEdit.Author author) {
        Record moved = Merging.moved(from, to.key());
        DotSet.Builder context = new DotSet.Builder().addAll(moved.context());
        TreeMap<FieldName, Field> fields = new TreeMap<>();
        long n = author.firstN();
        for (Field field : from.fields()) {
            FieldName name = field.name();
            Field own = to.field(name).orElse(null);
            Field replaced = taken.contains(name.name()) ? own : null;
            if (name.equals(FieldName.LIFE) || kept.contains(name.name())) {
                continue;
            }
            if (name.kind().equals(Kind.COUNTER)) {
                long by = field.sum() - (replaced == null ? 0 : replaced.sum());
                if (by != 0) {
                    Dot dot = new Dot(author.replica(), n++);
                    context.add(dot);
                    fields.put(name, new Field(name, null, List.of(new Entry(null, dot, 0, Value.of(by)))));
                }
                continue;
            }
            if (replaced != null) {
                replaced.entries().forEach(entry -> context.add(entry.dot()));
            }
            if (replaced != null || isJoined(name, own)) {
                moved.field(name).ifPresent(written -> fields.put(name, written));
            }
        }
        return new Record(to.key(), context.build(), new ArrayList<>(fields.values()));
    }

    private static boolean isJoined(FieldName name, @Nullable Field own) {
        return own == null || name.kind().equals(Kind.SET) || name.kind().equals(Kind.FLAG);
    }
}
