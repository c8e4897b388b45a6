package io.anabranch.replica.query;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The fields that a condition compares with an instant such as {@code :now - 90 DAYS}. An instant is a number; so a field that holds its days
 * or times as texts is never on either side of one, and the test is never true.
 */
public final class TimeComparisons {

    private final Map<String, Set<String>> fields = new TreeMap<>();

    private TimeComparisons() {}

    /**
     * Those of a condition.
     *
     * @param type whose records it is asked of
     * @return by type, those in sub-queries included, the names of the fields
     */
    public static Map<String, Set<String>> of(Condition condition, String type) {
        TimeComparisons comparisons = new TimeComparisons();
        comparisons.add(condition, type);
        return comparisons.fields;
    }

    private void add(Condition condition, String type) {
        Mentions.parts(condition).forEach(part -> add(part, type));
        List<Operand> operands = Mentions.operands(condition);
        if (operands.stream().anyMatch(TimeComparisons::isInstant)) {
            for (Operand operand : operands) {
                if (operand instanceof Operand.Field field) {
                    fields.computeIfAbsent(type, name -> new HashSet<>()).add(field.name());
                }
            }
        }
        if (condition instanceof Condition.AmongSelected among) {
            add(among.selection().where(), among.selection().type());
        }
    }

    private static boolean isInstant(Operand operand) {
        return operand instanceof Operand.Now
                || (operand instanceof Operand.Call call
                        && (call.function() == Function.ADD || call.function() == Function.SUBTRACT)
                        && TimeUse.isIn(call));
    }
}
