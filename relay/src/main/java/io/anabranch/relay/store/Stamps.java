package io.anabranch.relay.store;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The sequences at which the parts of a record last changed. Immutable.
 *
 * <p>Fields that are there are stamped in the order of the record's fields and not by name, as runs of equal stamps; so a record
 * of one commit costs one number, and one that was edited a few bytes for each edit still in sight. Fields that have
 * become empty are stamped by name: a reader that still has them must be told.
 *
 * <pre>
 * stamps = (sequence &lt;&lt; 1)                                                        all fields are of the sequence
 *        | (sequence &lt;&lt; 1 | 1), run count, runs, gone count, gones
 * run    = field count, sequence - stamp
 * gone   = name, kind, sequence - stamp
 * </pre>
 */
final class Stamps {

    private final long sequence;
    /** One for each field that is there, in order; empty if all are the sequence. */
    private final long[] fields;

    private final SortedMap<FieldName, Long> gone;

    private Stamps(long sequence, long[] fields, SortedMap<FieldName, Long> gone) {
        this.sequence = sequence;
        this.fields = fields;
        this.gone = gone;
    }

    static Stamps uniform(long sequence) {
        return new Stamps(sequence, new long[0], Collections.emptySortedMap());
    }

    /** Of the latest change, be it of a field or of the context alone. */
    long sequence() {
        return sequence;
    }

    /** The stamps after a change at a sequence. */
    Stamps changed(List<Field> before, List<Field> after, long at) {
        long[] stamps = new long[after.size()];
        SortedMap<FieldName, Long> absent = new TreeMap<>(gone);
        int i = 0;
        for (int j = 0; j < stamps.length; j++) {
            FieldName name = after.get(j).name();
            for (; i < before.size() && before.get(i).name().compareTo(name) < 0; i++) {
                absent.put(before.get(i).name(), at);
            }
            boolean known = i < before.size() && before.get(i).name().equals(name);
            stamps[j] = known && before.get(i).equals(after.get(j)) ? stamp(i) : at;
            i += known ? 1 : 0;
            absent.remove(name);
        }
        for (; i < before.size(); i++) {
            absent.put(before.get(i).name(), at);
        }
        boolean uniform = absent.isEmpty() && Arrays.stream(stamps).allMatch(stamp -> stamp == at);
        return uniform ? uniform(at) : new Stamps(at, stamps, absent);
    }

    /** Whether every field that is there changed after a sequence. */
    boolean allAfter(long since) {
        return sequence > since && Arrays.stream(fields).allMatch(stamp -> stamp > since);
    }

    /** Which of the record's fields changed after a sequence. */
    Set<FieldName> after(long since, List<Field> present) {
        Set<FieldName> names = new HashSet<>();
        for (int i = 0; i < present.size(); i++) {
            if (stamp(i) > since) {
                names.add(present.get(i).name());
            }
        }
        return names;
    }

    /** Which fields became empty after a sequence, ascending. */
    List<FieldName> goneAfter(long since) {
        return gone.entrySet().stream()
                .filter(field -> field.getValue() > since)
                .map(Map.Entry::getKey)
                .toList();
    }

    int encodedSizeMax() {
        int size = 40 + 20 * fields.length;
        for (FieldName name : gone.keySet()) {
            size += 24 + 3 * name.name().length();
        }
        return size;
    }

    void encode(CodedOutputStream out) throws IOException {
        boolean isUniform = fields.length == 0 && gone.isEmpty();
        out.writeUInt64NoTag(sequence << 1 | (isUniform ? 0 : 1));
        if (isUniform) {
            return;
        }
        List<long[]> runs = runs();
        out.writeUInt32NoTag(runs.size());
        for (long[] run : runs) {
            out.writeUInt64NoTag(run[0]);
            out.writeUInt64NoTag(sequence - run[1]);
        }
        out.writeUInt32NoTag(gone.size());
        for (Map.Entry<FieldName, Long> field : gone.entrySet()) {
            out.writeStringNoTag(field.getKey().name());
            out.writeUInt32NoTag(field.getKey().kind().code());
            out.writeUInt64NoTag(sequence - field.getValue());
        }
    }

    static Stamps decode(CodedInputStream in) throws IOException {
        long head = in.readUInt64();
        long sequence = head >>> 1;
        if ((head & 1) == 0) {
            return uniform(sequence);
        }
        long[] fields = new long[0];
        for (int left = in.readUInt32(); left > 0; left--) {
            int from = fields.length;
            fields = Arrays.copyOf(fields, from + in.readUInt32());
            Arrays.fill(fields, from, fields.length, sequence - in.readUInt64());
        }
        SortedMap<FieldName, Long> gone = new TreeMap<>();
        for (int left = in.readUInt32(); left > 0; left--) {
            FieldName name = new FieldName(in.readString(), new Kind(in.readUInt32()));
            gone.put(name, sequence - in.readUInt64());
        }
        return new Stamps(sequence, fields, gone);
    }

    private long stamp(int field) {
        return fields.length == 0 ? sequence : fields[field];
    }

    /** Pairs of count and stamp. */
    private List<long[]> runs() {
        List<long[]> runs = new ArrayList<>();
        for (int i = 0; i < fields.length; ) {
            int end = i;
            while (end < fields.length && fields[end] == fields[i]) {
                end++;
            }
            runs.add(new long[] {end - i, fields[i]});
            i = end;
        }
        return runs;
    }
}
