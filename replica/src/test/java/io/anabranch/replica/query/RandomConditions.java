package io.anabranch.replica.query;

import io.anabranch.crdt.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Random conditions over records of {@link RandomWorld}: fields {@code n m} (integers), {@code r q} (floating point), {@code t u}
 * (texts), {@code b c} (truth values), {@code s} (set of texts), {@code p} (set of integers). Each operand is of one type, as a column of
 * a database is.
 */
final class RandomConditions {

    enum Type {
        TEXT("t", "u"),
        WHOLE("n", "m"),
        REAL("r", "q"),
        BOOL("b", "c");

        private final String first;
        private final String second;

        Type(String first, String second) {
            this.first = first;
            this.second = second;
        }
    }

    static final long[] WHOLES = {0, 1, 2, 3, -1, 10, -7};
    static final double[] REALS = {0, 1, 2, 0.5, -0.25, 1.5, 10, -7.125};
    static final String[] TEXTS = {"", "a", "ab", "abc", "b", "A", "a%", "a_c", "it's", "é", "aé", " a ", "zzz"};
    private static final String[] PATTERNS = {"%", "a%", "_", "__", "%b%", "a_", "%%c", "", "_%_", "é", "%s", "a%c"};
    private static final String[] ESCAPED = {"a!%", "a!_c", "%!%", "!!%", "a!%%", "_!_%"};

    private final Random random;
    private int selections;

    RandomConditions(Random random) {
        this.random = random;
    }

    Condition condition(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 3)) {
            case 3, 4 -> Condition.all(parts(depth));
            case 5 -> Condition.any(parts(depth));
            case 6 -> new Condition.Not(condition(depth - 1));
            default -> random.nextInt(4) == 0 ? new Condition.Not(test()) : test();
        };
    }

    /** A test of a time, with what else may be around it. */
    Condition timed(int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 2)) {
            case 2 -> Condition.all(List.of(timed(depth - 1), condition(1)));
            case 3 -> Condition.any(List.of(condition(1), timed(depth - 1)));
            case 4 -> Condition.any(List.of(timed(depth - 1), timed(depth - 1)));
            case 5 -> new Condition.Not(timed(depth - 1));
            default -> timedTest();
        };
    }

    Condition timedTest() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> new Condition.Compares(instant(), relation(), field("at"));
            case 2 -> new Condition.Within(field("at"), new Operand.Now(fine()), new Operand.Now(fine()));
            case 3 -> new Condition.Compares(day(), relation(), call(Function.DATE, new Operand.Now(coarse())));
            case 4 ->
                new Condition.Compares(
                        call(Function.SUBTRACT, instant(), field("at")),
                        relation(),
                        literal(random.nextInt(100) * 86_400_000L));
            case 5 ->
                new Condition.Compares(
                        call(random.nextBoolean() ? Function.MONTH : Function.DAY, new Operand.Now(fine())),
                        relation(),
                        literal(1 + random.nextInt(12)));
            case 6 ->
                new Condition.Among(call(Function.COALESCE, field("at"), instant()), List.of(field("at"), literal(5L)));
            default ->
                new Condition.Compares(
                        call(Function.YEAR, new Operand.Now(fine())), relation(), literal(2026 + random.nextInt(3)));
        };
    }

    Operand.Now instant() {
        return new Operand.Now(random.nextBoolean() ? fine() : coarse());
    }

    RelativeTime coarse() {
        List<RelativeTime.Base> bases = List.of(RelativeTime.Base.values());
        return new RelativeTime(pick(bases.subList(1, bases.size())), amount(), unit());
    }

    private RelativeTime fine() {
        return new RelativeTime(RelativeTime.Base.NOW, amount(), unit());
    }

    private int amount() {
        return random.nextInt(3) == 0 ? 0 : random.nextInt(30) - 20;
    }

    private RelativeTime.Unit unit() {
        return pick(List.of(RelativeTime.Unit.values()));
    }

    private Operand day() {
        return random.nextBoolean() ? call(Function.DATE, field("at")) : field("due");
    }

    private List<Condition> parts(int depth) {
        return Stream.generate(() -> condition(depth - 1))
                .limit(2 + random.nextInt(2))
                .toList();
    }

    private Condition test() {
        Type type = pick(List.of(Type.values()));
        return switch (random.nextInt(10)) {
            case 9 -> new Condition.Compares(new Operand.Now(coarseDays()), relation(), literal(nearbyDay()));
            case 0 -> new Condition.Missing(side(type));
            case 1 -> new Condition.Among(side(type), options(type));
            case 2 -> new Condition.Within(side(type), single(type, 1), single(type, 1));
            case 3 -> resembles();
            case 4, 5 -> selections < 3 ? amongSelected() : new Condition.Constant(constant());
            case 6 -> random.nextInt(4) == 0 ? new Condition.Constant(constant()) : compares(type);
            default -> compares(type);
        };
    }

    private static long startOfDay(long millis) {
        return millis - Math.floorMod(millis, 86_400_000L);
    }

    private long nearbyDay() {
        return startOfDay(RandomWorld.NOW_MILLIS) + (random.nextInt(12) - 10) * 86_400_000L;
    }

    private Condition compares(Type type) {
        boolean mixed = (type == Type.WHOLE || type == Type.REAL) && random.nextInt(4) == 0;
        Type other = mixed ? (type == Type.WHOLE ? Type.REAL : Type.WHOLE) : type;
        return new Condition.Compares(side(type), relation(), side(other));
    }

    private Truth constant() {
        return pick(List.of(Truth.values()));
    }

    private Condition resembles() {
        if (random.nextInt(3) == 0) {
            return new Condition.Resembles(side(Type.TEXT), literal(pick(ESCAPED)), "!");
        }
        Operand pattern = random.nextInt(3) == 0 ? field("u") : literal(pick(PATTERNS));
        return new Condition.Resembles(side(Type.TEXT), pattern, "");
    }

    private Condition amongSelected() {
        selections++;
        Type type = random.nextBoolean() ? Type.TEXT : Type.WHOLE;
        Operand.Stored selected = random.nextInt(3) == 0
                ? field(type == Type.TEXT ? "s" : "p")
                : type == Type.TEXT && random.nextInt(3) == 0
                        ? new Operand.Id()
                        : field(random.nextBoolean() ? type.first : type.second);
        String from = random.nextBoolean() ? "office" : "visit";
        Condition where = random.nextInt(5) == 0 ? new Condition.Constant(Truth.TRUE) : condition(1);
        selections--;
        return new Condition.AmongSelected(side(type), new Selection(from, selected, where));
    }

    private List<Operand> options(Type type) {
        List<Operand> options = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            options.add(side(type));
        }
        return options;
    }

    /** One side of a comparison: a set or a parameter of several values, too. */
    private Operand side(Type type) {
        boolean several = random.nextInt(4) == 0;
        if (several && type == Type.TEXT) {
            Operand set = random.nextBoolean() ? field("s") : parameter("texts");
            return random.nextInt(4) == 0 ? call(Function.UPPER, set) : set;
        } else if (several && type == Type.WHOLE) {
            Operand set = random.nextBoolean() ? field("p") : parameter("wholes");
            return random.nextInt(4) == 0 ? call(Function.ADD, set, single(Type.WHOLE, 0)) : set;
        }
        return single(type, 2);
    }

    private Operand single(Type type, int depth) {
        if (depth > 0 && random.nextInt(3) == 0) {
            return call(type, depth - 1);
        }
        return switch (random.nextInt(6)) {
            case 0, 1 -> literal(type);
            case 2 ->
                type == Type.TEXT ? new Operand.Id() : parameter(type.name().toLowerCase(Locale.ROOT));
            default -> field(random.nextBoolean() ? type.first : type.second);
        };
    }

    private Operand call(Type type, int depth) {
        return switch (type) {
            case TEXT -> textCall(depth);
            case WHOLE -> wholeCall(depth);
            case REAL ->
                switch (random.nextInt(4)) {
                    case 0 -> call(Function.ABS, single(type, depth));
                    case 1 -> call(Function.ROUND, single(type, depth), literal(random.nextInt(3)));
                    default -> call(arithmetic(), single(type, depth), single(type, depth));
                };
            case BOOL -> call(Function.COALESCE, single(type, depth), single(type, depth));
        };
    }

    private Operand textCall(int depth) {
        Operand text = single(Type.TEXT, depth);
        return switch (random.nextInt(9)) {
            case 0 -> call(Function.LOWER, text);
            case 1 -> call(Function.UPPER, text);
            case 2 -> call(Function.TRIM, text);
            case 3 -> call(Function.CONCAT, text, single(Type.TEXT, depth));
            case 4 -> call(Function.SUBSTRING, text, literal(1 + random.nextInt(3)), literal(random.nextInt(3)));
            case 5 -> call(Function.LEFT, text, literal(random.nextInt(3)));
            case 6 -> call(Function.RIGHT, text, literal(random.nextInt(3)));
            case 7 -> call(Function.DATE, day(depth));
            default -> call(Function.COALESCE, text, single(Type.TEXT, depth));
        };
    }

    private Operand wholeCall(int depth) {
        Operand whole = single(Type.WHOLE, depth);
        return switch (random.nextInt(9)) {
            case 0 -> call(Function.LENGTH, single(Type.TEXT, depth));
            case 1 -> call(Function.ABS, whole);
            case 2 -> call(Function.COALESCE, whole, single(Type.WHOLE, depth));
            case 3 -> call(Function.YEAR, day(depth));
            case 4 -> call(Function.MONTH, day(depth));
            case 5 -> call(Function.DAY, day(depth));
            default -> call(arithmetic(), whole, single(Type.WHOLE, depth));
        };
    }

    /** Milliseconds of some day, many integers apart. */
    private Operand day(int depth) {
        return random.nextBoolean()
                ? new Operand.Now(coarseDays())
                : call(Function.MULTIPLY, single(Type.WHOLE, depth), literal(86_400_000L * 17));
    }

    private RelativeTime coarseDays() {
        RelativeTime.Base base = pick(List.of(RelativeTime.Base.values()));
        RelativeTime.Unit unit = random.nextBoolean() ? RelativeTime.Unit.DAYS : RelativeTime.Unit.WEEKS;
        return new RelativeTime(base, amount(), unit);
    }

    private Function arithmetic() {
        return pick(List.of(Function.ADD, Function.SUBTRACT, Function.MULTIPLY, Function.DIVIDE));
    }

    private Operand literal(Type type) {
        return switch (type) {
            case TEXT -> literal(pick(TEXTS));
            case WHOLE -> literal(WHOLES[random.nextInt(WHOLES.length)]);
            case REAL -> new Operand.Literal(Value.of(REALS[random.nextInt(REALS.length)]));
            case BOOL -> new Operand.Literal(Value.of(random.nextBoolean()));
        };
    }

    private Relation relation() {
        return pick(List.of(Relation.values()));
    }

    private <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    private String pick(String[] texts) {
        return texts[random.nextInt(texts.length)];
    }

    private static Operand.Field field(String name) {
        return new Operand.Field(name);
    }

    private static Operand parameter(String name) {
        return new Operand.Parameter(Operand.Owner.USER, name);
    }

    private static Operand literal(String text) {
        return new Operand.Literal(Value.of(text));
    }

    private static Operand literal(long number) {
        return new Operand.Literal(Value.of(number));
    }

    private static Operand call(Function function, Operand... arguments) {
        return new Operand.Call(function, List.of(arguments));
    }
}
