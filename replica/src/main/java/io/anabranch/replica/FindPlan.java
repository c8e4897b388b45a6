package io.anabranch.replica;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Mentions;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Query;
import io.anabranch.replica.query.Relation;
import io.anabranch.replica.state.IndexDeclaration;
import io.anabranch.replica.state.IndexKeys;
import io.anabranch.replica.state.IndexScan;
import io.anabranch.replica.state.RecordIndexes;
import io.anabranch.replica.storage.StorageReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the records that a query may find are come by. What a plan gives is a superset of them: each is held against the whole condition.
 *
 * @param way what is read
 * @param parts of an index, what is read of it
 * @param text for a person
 */
record FindPlan(Way way, List<IndexScan.Part> parts, String text) {

    /** What is read. */
    enum Way {
        /** The entries of an index for some values. */
        LOOK_UP,
        /** An index, or a range of it, in its order, until enough is found. */
        IN_ORDER,
        /** All records of the type. */
        ALL
    }

    /** The plan for a query. */
    static FindPlan of(StorageReader reader, String type, Query query, Circumstances circumstances) {
        List<Condition> parts =
                query.condition() instanceof Condition.All all ? all.parts() : List.of(query.condition());
        Planner planner = new Planner(reader, type, circumstances);
        Optional<FindPlan> found = parts.stream()
                .map(planner::lookUp)
                .flatMap(Optional::stream)
                .min(Comparator.comparingInt(FindPlan::cost));
        Optional<FindPlan> ranged = found.flatMap(plan -> planner.rangeInOrder(plan, query));
        if (ranged.isPresent()) {
            return ranged.get();
        }
        return found.or(() -> query.limit().isPresent() ? planner.inOrder(query) : Optional.empty())
                .orElse(new FindPlan(Way.ALL, List.of(), "all records of " + type));
    }

    /** Single values cost less than ranges, and few less than many. */
    private int cost() {
        boolean range = parts.stream().anyMatch(part -> !Arrays.equals(part.from(), part.last()));
        return parts.size() + (range ? 1_000_000 : 0);
    }

    private record Planner(StorageReader reader, String type, Circumstances circumstances) {

        private Optional<FindPlan> lookUp(Condition part) {
            if (part instanceof Condition.Compares compares) {
                return compares.left() instanceof Operand.Field field
                        ? compared(field, compares.relation(), compares.right())
                        : compares.right() instanceof Operand.Field field
                                ? compared(field, compares.relation().exchanged(), compares.left())
                                : Optional.empty();
            } else if (part instanceof Condition.Among among && among.operand() instanceof Operand.Field field) {
                List<Value> values = new ArrayList<>();
                for (Operand option : among.options()) {
                    Collection<Value> known = values(option);
                    if (known == null) {
                        return Optional.empty();
                    }
                    values.addAll(known);
                }
                return points(field, values);
            } else if (part instanceof Condition.Within within && within.operand() instanceof Operand.Field field) {
                return range(field, values(within.least()), values(within.greatest()));
            }
            return Optional.empty();
        }

        private Optional<FindPlan> compared(Operand.Field field, Relation relation, Operand other) {
            Collection<Value> values = values(other);
            if (values == null) {
                return Optional.empty();
            }
            return switch (relation) {
                case EQUAL -> points(field, values);
                case LESS, LESS_OR_EQUAL -> range(field, null, values);
                case GREATER, GREATER_OR_EQUAL -> range(field, values, null);
            };
        }

        private Optional<FindPlan> points(Operand.Field field, Collection<Value> values) {
            return index(field).map(id -> {
                List<IndexScan.Part> parts = values.stream()
                        .map(IndexKeys::of)
                        .map(key -> new IndexScan.Part(id, key, key, false))
                        .toList();
                return new FindPlan(
                        Way.LOOK_UP, parts, "index " + type + "." + field.name() + ", " + parts.size() + " values");
            });
        }

        /** Null is no bound; only a bound of one value is one. */
        private Optional<FindPlan> range(
                Operand.Field field, @Nullable Collection<Value> least, @Nullable Collection<Value> greatest) {
            byte[] from = least == null || least.size() != 1
                    ? null
                    : IndexKeys.of(least.iterator().next());
            byte[] last = greatest == null || greatest.size() != 1
                    ? null
                    : IndexKeys.of(greatest.iterator().next());
            if (from == null && last == null) {
                return Optional.empty();
            }
            byte[] bound = from == null ? last : from;
            byte[] like = IndexKeys.typeOf(bound == null ? IndexKeys.none() : bound);
            return index(field)
                    .map(id -> new IndexScan.Part(id, from == null ? like : from, last == null ? like : last, false))
                    .map(part -> new FindPlan(
                            Way.LOOK_UP, List.of(part), "index " + type + "." + field.name() + ", a range"));
        }

        private Optional<FindPlan> inOrder(Query query) {
            Optional<Query.Term> term = query.firstTerm();
            return term.filter(first -> first.operand() instanceof Operand.Field)
                    .flatMap(first -> index((Operand.Field) first.operand())
                            .map(id -> new FindPlan(
                                    Way.IN_ORDER,
                                    List.of(IndexScan.Part.all(id, first.descending())),
                                    "index " + type + "." + first.operand() + ", in order")));
        }

        /** A range of the index that has the order too, so that the first of it are enough. */
        private Optional<FindPlan> rangeInOrder(FindPlan plan, Query query) {
            Optional<Query.Term> term = query.limit().isPresent() ? query.firstTerm() : Optional.empty();
            return term.filter(first -> first.operand() instanceof Operand.Field field
                            && plan.parts.size() == 1
                            && index(field)
                                    .filter(id -> id == plan.parts.get(0).id())
                                    .isPresent()
                            && !RecordIndexes.isPlural(reader, new IndexDeclaration(type, field.name())))
                    .map(first -> {
                        IndexScan.Part part = plan.parts.get(0);
                        return new FindPlan(
                                Way.IN_ORDER,
                                List.of(new IndexScan.Part(part.id(), part.from(), part.last(), first.descending())),
                                plan.text + ", in order");
                    });
        }

        /** The values of an operand that does not ask the record, null of another one. */
        private @Nullable Collection<Value> values(Operand operand) {
            boolean asksRecord = !Mentions.of(operand).stored().isEmpty();
            return asksRecord ? null : operand.values(Record.empty(new RecordKey(type, "-")), circumstances);
        }

        private Optional<Integer> index(Operand.Field field) {
            return RecordIndexes.find(reader, new IndexDeclaration(type, field.name()));
        }
    }
}
