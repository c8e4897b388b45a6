package io.anabranch.replica.query;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds when the clock alone may change what a condition says of a record.
 *
 * <p>Each test of a time is looked at by itself, and the earliest of their instants is the answer. A time only moves forward,
 * and so does what is made of it by adding, subtracting and the like, towards one side; {@link TimeUse} refuses all else. So how two
 * operands stand to each other changes at most twice, in one direction, and the first change is found by searching in halves.
 * What is only as fine as a day, such as {@code MONTH(:now)}, is taken to change with the day.
 */
final class FlipSearch {

    /** End of the year 9999; what does not change before does not change. */
    static final long END_MILLIS = 253_402_300_799_999L;

    /** After so many changes that make no difference the next is given though it may make none. */
    private static final int CHANGES_MAX = 50;

    private static final long FIRST_STEP_MILLIS = 3_600_000;

    private final Circumstances circumstances;

    FlipSearch(Circumstances circumstances) {
        this.circumstances = circumstances;
    }

    OptionalLong next(Condition condition, Record record) {
        if (condition instanceof Condition.All all) {
            return nextOfParts(all.parts(), Truth.FALSE, record);
        } else if (condition instanceof Condition.Any any) {
            return nextOfParts(any.parts(), Truth.TRUE, record);
        } else if (condition instanceof Condition.Not not) {
            return next(not.part(), record);
        }
        OptionalLong next = condition instanceof Condition.AmongSelected among
                ? nextOfSelected(among, record)
                : OptionalLong.empty();
        return TimeUse.isIn(Mentions.operands(condition)) ? earlier(next, nextOfTest(condition, record)) : next;
    }

    /** As long as a part that does not depend on time decides, nothing changes. */
    private OptionalLong nextOfParts(List<Condition> parts, Truth deciding, Record record) {
        OptionalLong next = OptionalLong.empty();
        for (Condition part : parts) {
            OptionalLong nextOfPart = next(part, record);
            if (nextOfPart.isEmpty() && part.of(record, circumstances) == deciding) {
                return OptionalLong.empty();
            }
            next = earlier(next, nextOfPart);
        }
        return next;
    }

    private OptionalLong nextOfSelected(Condition.AmongSelected among, Record record) {
        Selection selection = among.selection();
        if (!Mentions.of(selection.where()).time()) {
            return OptionalLong.empty();
        }
        OptionalLong next = OptionalLong.empty();
        for (Value value : among.operand().values(record, circumstances)) {
            for (Record other : circumstances.records(selection.type(), selection.selected(), Relation.key(value))) {
                next = earlier(next, next(selection.where(), other));
            }
        }
        return next;
    }

    private OptionalLong nextOfTest(Condition test, Record record) {
        if (!TimeUse.isForeseeable(test)) {
            throw new IllegalArgumentException("a condition's use of time cannot be foreseen: " + test);
        }
        Truth now = test.of(record, circumstances);
        OptionalLong change = nextChange(test, record, circumstances.nowMillis());
        for (int i = 0; i < CHANGES_MAX && change.isPresent(); i++) {
            if (test.of(record, new Later(circumstances, change.getAsLong())) != now) {
                return change;
            }
            change = nextChange(test, record, change.getAsLong());
        }
        return change;
    }

    /** The next instant at which operands begin to stand otherwise to each other, whether or not the test then says otherwise. */
    private OptionalLong nextChange(Condition test, Record record, long fromMillis) {
        if (test instanceof Condition.Compares compares) {
            if (compares.left() instanceof Operand.Now now && now.time().movesSteadily()) {
                return nextReached(now.time(), compares.right().values(record, circumstances), fromMillis);
            } else if (compares.right() instanceof Operand.Now now && now.time().movesSteadily()) {
                return nextReached(now.time(), compares.left().values(record, circumstances), fromMillis);
            }
        }
        List<Object> before = observed(test, record, new Later(circumstances, fromMillis));
        return search(
                fromMillis,
                at -> !observed(test, record, new Later(circumstances, at)).equals(before));
    }

    /** The case of nearly all time windows, without a search. */
    private static OptionalLong nextReached(RelativeTime time, Collection<Value> values, long fromMillis) {
        OptionalLong next = OptionalLong.empty();
        for (Value value : values) {
            if (Relation.LESS.of(value, Value.of(END_MILLIS * 2)) == Truth.TRUE) {
                long reached = wholeNotBefore(value) - time.offsetMillis();
                long passed = reached + 1;
                long at = reached > fromMillis ? reached : passed;
                if (at > fromMillis && at <= END_MILLIS) {
                    next = earlier(next, OptionalLong.of(at));
                }
            }
        }
        return next;
    }

    /** The least integer that is not less than a number that is not too great; no less than what would be long past. */
    private static long wholeNotBefore(Value value) {
        long whole = value instanceof Value.Whole exact
                ? exact.number()
                : value instanceof Value.Real real ? (long) Math.ceil(real.number()) : Long.MIN_VALUE;
        return Math.max(whole, -END_MILLIS * 2);
    }

    /** What of a test the clock changes: each component leaves its first state once and does not come back to it. */
    private static List<Object> observed(Condition test, Record record, Circumstances circumstances) {
        List<Operand> operands = Mentions.operands(test);
        List<Object> seen = new ArrayList<>();
        if (!TimeUse.comparesOneWay(test)) {
            operands.forEach(operand -> observeDays(operand, record, circumstances, seen));
            return seen;
        }
        Collection<Value> lefts = operands.get(0).values(record, circumstances);
        for (Operand right : operands.subList(1, operands.size())) {
            for (Value other : right.values(record, circumstances)) {
                lefts.forEach(left -> seen.add(order(left, other)));
            }
        }
        return seen;
    }

    private static void observeDays(Operand operand, Record record, Circumstances circumstances, List<Object> seen) {
        if (operand instanceof Operand.Now || (operand instanceof Operand.Call call && isDayOfOneWay(call))) {
            Operand time =
                    operand instanceof Operand.Call call ? call.arguments().get(0) : operand;
            for (Value value : time.values(record, circumstances)) {
                Value date = DateFunctions.date(value, circumstances.zone());
                seen.add(date == null ? Truth.UNKNOWN : date);
            }
        } else if (operand instanceof Operand.Call call) {
            call.arguments().forEach(argument -> observeDays(argument, record, circumstances, seen));
        }
    }

    private static boolean isDayOfOneWay(Operand.Call call) {
        return TimeUse.isDaily(call.function())
                && TimeUse.movesOneWay(call.arguments().get(0));
    }

    private static Object order(Value left, Value right) {
        OptionalInt order = ValueOrder.compare(left, right);
        return order.isPresent() ? Integer.signum(order.getAsInt()) : Truth.UNKNOWN;
    }

    /** The first instant at which something has changed that does not change back; it starts at one hour and doubles. */
    private static OptionalLong search(long fromMillis, LongPredicate changed) {
        long unchanged = fromMillis;
        long step = FIRST_STEP_MILLIS;
        long end = Math.min(unchanged + step, END_MILLIS);
        while (!changed.test(end)) {
            if (end >= END_MILLIS) {
                return OptionalLong.empty();
            }
            unchanged = end;
            step *= 2;
            end = Math.min(end + step, END_MILLIS);
        }
        while (end - unchanged > 1) {
            long middle = (unchanged + end) >>> 1;
            if (changed.test(middle)) {
                end = middle;
            } else {
                unchanged = middle;
            }
        }
        return OptionalLong.of(end);
    }

    private static OptionalLong earlier(OptionalLong left, OptionalLong right) {
        return right.isEmpty() || (left.isPresent() && left.getAsLong() <= right.getAsLong()) ? left : right;
    }

    /** The same at another time. */
    private record Later(Circumstances origin, long nowMillis) implements Circumstances {
        @Override
        public List<Value> parameter(Operand.Parameter parameter) {
            return origin.parameter(parameter);
        }

        @Override
        public ZoneId zone() {
            return origin.zone();
        }

        @Override
        public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
            return origin.records(type, selected, value);
        }
    }
}
