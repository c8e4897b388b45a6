package io.anabranch.relay.scope;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.scope.clause.Dependencies;
import io.anabranch.replica.wire.RecordKeys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What has to be read from end to end before new clauses can be given: first the types whose references and timers are not yet
 * known, then the types of the clauses. Immutable.
 *
 * @param goal names what is being built: progress is good only for the same goal
 * @param steps in order
 * @param done how many steps are done
 * @param after the last record read of the step under way, null if none was
 * @param read how many records were read for all steps
 */
record Build(
        String goal, List<Step> steps, int done, @Nullable RecordKey after, long read) {

    /** Of the table of progress. */
    static final String EVERYTHING = "*";

    /**
     * One reading of all records of a type.
     *
     * @param type the type, empty for all types
     * @param places whether records are put into buckets; otherwise only references and timers are noted
     */
    record Step(String type, boolean places) {}

    Build {
        steps = List.copyOf(steps);
    }

    /**
     * The way to make clauses ready.
     *
     * @param missing those that are not
     * @param known what the clauses that are ready have needed
     */
    static Build of(Maintained maintained, Set<String> missing, Dependencies known) {
        Dependencies needed = maintained.dependencies();
        List<Step> steps = new ArrayList<>();
        for (String type : new TreeSet<>(needed.preparedTypes())) {
            if (!known.prepares(type, needed)) {
                steps.add(new Step(type, false));
            }
        }
        Set<String> types = new TreeSet<>();
        for (Clause clause : maintained.clauses()) {
            if (missing.contains(clause.name())) {
                types.add(clause.conjunct().type());
            }
        }
        boolean everything = missing.contains(EVERYTHING);
        if (everything) {
            steps.add(new Step("", true));
        } else {
            types.forEach(type -> steps.add(new Step(type, true)));
        }
        return new Build(String.join(",", new TreeSet<>(missing)) + steps, steps, 0, null, 0);
    }

    boolean isDone() {
        return done == steps.size();
    }

    Step step() {
        return steps.get(done);
    }

    Build afterRecord(RecordKey key, int count) {
        return new Build(goal, steps, done, key, read + count);
    }

    Build afterStep(int count) {
        return new Build(goal, steps, done + 1, null, read + count);
    }

    /** About how many records have to be read. */
    long total(Map<String, Long> recordsByType) {
        long all = recordsByType.values().stream().mapToLong(Long::longValue).sum();
        return steps.stream()
                .mapToLong(step -> step.type().isEmpty() ? all : recordsByType.getOrDefault(step.type(), 0L))
                .sum();
    }

    /** How far it is. */
    byte[] encode() {
        ByteString.Output bytes = ByteString.newOutput();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeStringNoTag(goal);
            out.writeUInt32NoTag(done);
            out.writeByteArrayNoTag(after == null ? new byte[0] : RecordKeys.encode(after));
            out.writeUInt64NoTag(read);
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory could not be written", e);
        }
        return bytes.toByteString().toByteArray();
    }

    /** This one as far as another is that was stored, if that had the same goal. */
    Build resumed(byte[] stored) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(stored);
            if (!in.readString().equals(goal)) {
                return this;
            }
            int doneBefore = in.readUInt32();
            byte[] key = in.readByteArray();
            RecordKey last = key.length == 0 ? null : RecordKeys.decode(key, 0);
            return new Build(goal, steps, doneBefore, last, in.readUInt64());
        } catch (IOException e) {
            throw new IllegalStateException("the progress of scopes is damaged; restore the relay's data", e);
        }
    }
}
