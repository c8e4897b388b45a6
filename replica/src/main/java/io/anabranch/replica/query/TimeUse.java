package io.anabranch.replica.query;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What is made of relative times: only what lets {@link FlipSearch} foresee the next change is in the language. */
final class TimeUse {

    /** What these give is as fine as a day. */
    private static final Set<Function> DAILY = EnumSet.of(Function.DATE, Function.YEAR, Function.MONTH, Function.DAY);
    /** What these give moves one way if their argument does. */
    private static final Set<Function> RISING = EnumSet.of(Function.DATE, Function.YEAR, Function.MILLIS);

    private TimeUse() {}

    static boolean isIn(Collection<Operand> operands) {
        return operands.stream().anyMatch(TimeUse::isIn);
    }

    static boolean isIn(Operand operand) {
        return operand instanceof Operand.Now || (operand instanceof Operand.Call call && isIn(call.arguments()));
    }

    /** Whether it can be foreseen when the clock next changes what a test says. */
    static boolean isForeseeable(Condition test) {
        List<Operand> operands = Mentions.operands(test);
        return !isIn(operands)
                || (operands.stream().noneMatch(TimeUse::isErratic)
                        && (comparesOneWay(test) || operands.stream().noneMatch(TimeUse::isFine)));
    }

    /** Whether how the first operand stands to each of the others changes in one direction only. */
    static boolean comparesOneWay(Condition test) {
        List<Operand> operands = Mentions.operands(test);
        boolean ordered = test instanceof Condition.Compares
                || test instanceof Condition.Within
                || test instanceof Condition.Among
                || test instanceof Condition.Missing;
        return ordered
                && operands.stream().allMatch(TimeUse::movesOneWay)
                && (!isIn(operands.get(0)) || !isIn(operands.subList(1, operands.size())));
    }

    /** Whether the values do not move with the clock, or each of them one way only. */
    static boolean movesOneWay(Operand operand) {
        if (!(operand instanceof Operand.Call call) || !isIn(operand)) {
            return true;
        }
        boolean oneWay = call.arguments().stream().allMatch(TimeUse::movesOneWay);
        return switch (call.function()) {
            case ADD, SUBTRACT ->
                oneWay && call.arguments().stream().filter(TimeUse::isIn).count() == 1;
            case COALESCE -> oneWay;
            default -> oneWay && RISING.contains(call.function());
        };
    }

    static boolean isDaily(Function function) {
        return DAILY.contains(function);
    }

    /** Whether an operand moves with every millisecond in a way that cannot be foreseen, or depends on such a one. */
    private static boolean isErratic(Operand operand) {
        return operand instanceof Operand.Call call
                && (call.arguments().stream().anyMatch(TimeUse::isErratic) || (isFine(call) && !movesOneWay(call)));
    }

    /** Whether an operand may change within a day. */
    private static boolean isFine(Operand operand) {
        if (operand instanceof Operand.Now now) {
            return now.time().base() == RelativeTime.Base.NOW;
        }
        return operand instanceof Operand.Call call
                && !isDaily(call.function())
                && call.arguments().stream().anyMatch(TimeUse::isFine);
    }
}
