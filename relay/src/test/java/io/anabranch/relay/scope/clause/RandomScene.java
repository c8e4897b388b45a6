package io.anabranch.relay.scope.clause;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Relation;
import io.anabranch.replica.query.RelativeTime;
import io.anabranch.replica.query.Selection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Draws users, conditions and records that have to do with each other: items refer to calls, calls to accounts, accounts to
 * accounts, with few ids and values, so that much matches.
 */
public final class RandomScene {

    /** The types. */
    public static final List<String> TYPES = List.of("account", "call", "item");
    /** The first instant. */
    public static final long START_MILLIS = 1_000_000;

    private static final List<String> REFERENCES = List.of("account", "call", "parent");
    private static final List<String> PLAIN = List.of("territory", "status", "level");

    private final Random random;
    private long lastN;

    /** The scene of a seed. */
    public RandomScene(long seed) {
        random = new Random(seed);
    }

    /** A number from 0 to before a bound. */
    public int number(int bound) {
        return random.nextInt(bound);
    }

    /** A key of few. */
    public RecordKey key() {
        return new RecordKey(pick(TYPES), id());
    }

    /** The attributes of a user: each may be missing, have one value or several. */
    public Map<String, List<Value>> attributes(String name) {
        Map<String, List<Value>> attributes = new LinkedHashMap<>();
        for (String attribute : List.of("territory", "status", "level", "account")) {
            List<Value> values = new ArrayList<>();
            for (int left = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(2); left > 0; left--) {
                values.add(attribute.equals("account") ? Value.of(id()) : value());
            }
            attributes.put(attribute, values.stream().distinct().toList());
        }
        attributes.put("id", List.of(Value.of(name)));
        return attributes;
    }

    /** What a record becomes: a field or two are written or cleared, or it is deleted. */
    public Record changed(Record before) {
        RecordEdit edit = new RecordEdit(before, null, new RecordEdit.Author(7, lastN + 1, lastN + 1));
        Record delta = edit(edit, before).build();
        lastN = Math.max(lastN, delta.context().last(7));
        return before.join(delta);
    }

    /** Edits a record so. */
    public RecordEdit edit(RecordEdit edit, Record before) {
        if (before.alive() && random.nextInt(8) == 0) {
            return edit.delete();
        }
        edit.create();
        for (int left = before.isEmpty() ? 9 : 1 + random.nextInt(2); left > 0; left--) {
            write(edit);
        }
        return edit;
    }

    private void write(RecordEdit edit) {
        switch (random.nextInt(6)) {
            case 0, 1 -> edit.set(pick(REFERENCES), Value.of(id()));
            case 2 -> edit.set("day", Value.of(START_MILLIS + 10L * random.nextInt(30)));
            case 3 -> edit.add("topics", value());
            case 4 -> edit.clear(pick(PLAIN));
            default -> edit.set(pick(PLAIN), value());
        }
    }

    /** A condition on records of any type. */
    public Condition condition(int depth) {
        int choice = random.nextInt(depth > 0 ? 16 : 9);
        return switch (choice) {
            case 0 -> new Condition.Compares(field(), Relation.EQUAL, new Operand.Literal(value()));
            case 1, 7, 8 -> new Condition.Compares(field(), Relation.EQUAL, parameter());
            case 2 -> new Condition.Among(field(), List.of(new Operand.Literal(value()), parameter()));
            case 3 -> time();
            case 4 -> new Condition.Compares(new Operand.Id(), Relation.EQUAL, user("account"));
            case 5 -> new Condition.Missing(field());
            case 6 -> opaque();
            case 9, 10, 11 -> selected(depth);
            case 12 -> new Condition.Not(condition(depth - 1));
            case 13 -> new Condition.Any(List.of(condition(depth - 1), condition(depth - 1)));
            default -> new Condition.All(List.of(condition(depth - 1), condition(depth - 1)));
        };
    }

    private Condition opaque() {
        return switch (random.nextInt(3)) {
            case 0 -> new Condition.Compares(field(), Relation.LESS, user("level"));
            case 1 -> new Condition.Not(new Condition.Compares(field(), Relation.EQUAL, parameter()));
            default -> new Condition.Compares(parameter(), Relation.EQUAL, new Operand.Literal(value()));
        };
    }

    private Condition time() {
        RelativeTime ago = new RelativeTime(RelativeTime.Base.NOW, -random.nextInt(2), RelativeTime.Unit.SECONDS);
        Relation relation = random.nextBoolean() ? Relation.LESS : Relation.GREATER_OR_EQUAL;
        return new Condition.Compares(new Operand.Field("day"), relation, new Operand.Now(ago));
    }

    private Condition selected(int depth) {
        Operand.Stored operand = random.nextInt(3) == 0 ? new Operand.Id() : new Operand.Field(pick(REFERENCES));
        Operand.Stored chosen = operand instanceof Operand.Id || random.nextInt(4) == 0
                ? new Operand.Field(pick(REFERENCES))
                : new Operand.Id();
        return new Condition.AmongSelected(operand, new Selection(pick(TYPES), chosen, condition(depth - 1)));
    }

    private Operand.Parameter parameter() {
        return user(pick(List.of("territory", "status", "level", "id")));
    }

    private static Operand.Parameter user(String name) {
        return new Operand.Parameter(Operand.Owner.USER, name);
    }

    private Operand.Field field() {
        return new Operand.Field(random.nextInt(5) == 0 ? "topics" : pick(PLAIN));
    }

    private Value value() {
        return switch (random.nextInt(6)) {
            case 0 -> Value.of(1L);
            case 1 -> Value.of(1.0);
            case 2 -> Value.of("u" + random.nextInt(3));
            default -> Value.of("v" + random.nextInt(3));
        };
    }

    private String id() {
        return "k" + random.nextInt(3);
    }

    /** One of several. */
    public <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** The current state of a record, or that of one of which nothing is known. */
    public static Record known(@Nullable Record record, RecordKey key) {
        return record == null ? Record.empty(key) : record;
    }
}
