package io.anabranch.replica.peer;

import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Grant;
import io.anabranch.proto.GrantedParameter;
import io.anabranch.proto.GrantedRecords;
import io.anabranch.proto.GrantedValue;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Mentions;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.QueryException;
import io.anabranch.replica.query.Truth;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.state.ReplicaFamilies;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A grant as it is asked: which records, and which fields of them. It is judged by what the asking device knows of records, and what cannot be
 * told from that is not granted: a condition that is unknown, one that this version does not know, and one that would hold because a record
 * is <em>not</em> there, since it may only not be here. Immutable.
 */
public final class GrantRules {

    /** What the relay signs grants for. */
    public static final String PURPOSE = "anabranch grant";

    private final Map<String, List<Part>> parts = new HashMap<>();
    private final Map<String, List<Value>> parameters = new HashMap<>();

    private record Part(Condition condition, Set<String> fields, boolean excluding) {

        private boolean shows(FieldName field) {
            return field.equals(FieldName.LIFE) || fields.contains(field.name()) != excluding;
        }
    }

    private GrantRules() {}

    /** Reads a grant that is verified. Parts that cannot be read grant nothing. */
    public static GrantRules of(Grant grant) {
        GrantRules rules = new GrantRules();
        for (GrantedRecords records : grant.getRecordsList()) {
            try {
                Condition condition = records.getWhere().isEmpty()
                        ? new Condition.Constant(Truth.TRUE)
                        : Condition.parse(records.getWhere());
                if (isDecidable(condition, false)) {
                    rules.parts
                            .computeIfAbsent(records.getType(), type -> new ArrayList<>(1))
                            .add(new Part(condition, new HashSet<>(records.getFieldsList()), records.getExcluding()));
                }
            } catch (QueryException e) {
                // What this version cannot read grants nothing.
            }
        }
        for (GrantedParameter parameter : grant.getParametersList()) {
            List<Value> values = new ArrayList<>();
            parameter.getValuesList().forEach(value -> values.add(value(value)));
            rules.parameters.put(parameter.getName(), values);
        }
        return rules;
    }

    private static Value value(GrantedValue value) {
        return switch (value.getValueCase()) {
            case WHOLE -> Value.of(value.getWhole());
            case REAL -> Value.of(value.getReal());
            case TRUTH -> Value.of(value.getTruth());
            case TEXT, VALUE_NOT_SET -> Value.of(value.getText());
        };
    }

    /** Whether nothing that is missing here can make it hold. */
    private static boolean isDecidable(Condition condition, boolean negated) {
        if (condition instanceof Condition.AmongSelected among) {
            return !negated && isDecidable(among.selection().where(), false);
        } else if (condition instanceof Condition.Not not) {
            return Mentions.of(not.part()).selected().isEmpty() || isDecidable(not.part(), !negated);
        } else if (condition instanceof Condition.All all) {
            return all.parts().stream().allMatch(part -> isDecidable(part, negated));
        }
        return !(condition instanceof Condition.Any any)
                || any.parts().stream().allMatch(part -> isDecidable(part, negated));
    }

    /**
     * Whether all of a commit is granted.
     *
     * @param views the records as this device sees them, with the commit
     * @param world when, where and among which other records
     */
    public boolean grants(Commit commit, Function<RecordKey, Record> views, Circumstances world) {
        Circumstances bound = new Bound(world, parameters);
        return commit.deltas().stream().allMatch(delta -> grants(delta, views.apply(delta.key()), bound));
    }

    private boolean grants(Record delta, Record view, Circumstances world) {
        String type = delta.key().type();
        boolean isReserved = ConfigurationType.isReserved(type) || ReplicaFamilies.isOwnMaking(type);
        List<Part> candidates = new ArrayList<>(parts.getOrDefault(type, List.of()));
        if (!isReserved) {
            candidates.addAll(parts.getOrDefault("", List.of()));
        }
        List<Part> holding = candidates.stream()
                .filter(part -> !view.isEmpty() && part.condition.of(view, world) == Truth.TRUE)
                .toList();
        return !holding.isEmpty()
                && delta.fields().stream()
                        .map(Field::name)
                        .allMatch(field -> holding.stream().anyMatch(part -> part.shows(field)));
    }

    /** The asking device's world, with the parameters of who is granted. */
    private record Bound(Circumstances world, Map<String, List<Value>> parameters) implements Circumstances {

        @Override
        public List<Value> parameter(Operand.Parameter parameter) {
            return parameters.getOrDefault(parameter.text(), List.of());
        }

        @Override
        public long nowMillis() {
            return world.nowMillis();
        }

        @Override
        public ZoneId zone() {
            return world.zone();
        }

        @Override
        public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
            return world.records(type, selected, value);
        }
    }
}
