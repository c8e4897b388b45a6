package io.anabranch.replica.query;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The order of what a query finds. Where there is no value, a record comes before all that have one (after them when descending); of
 * several values the first counts. Records that are otherwise equal come by key, so the order is total.
 */
record RecordOrder(List<Term> terms) implements Comparator<Record> {

    RecordOrder {
        terms = List.copyOf(terms);
    }

    record Term(Operand.Stored operand, boolean descending) {

        private int compare(Record left, Record right) {
            int ascending = compareFirst(operand.values(left), operand.values(right));
            return descending ? -ascending : ascending;
        }

        private static int compareFirst(Collection<Value> left, Collection<Value> right) {
            if (left.isEmpty() || right.isEmpty()) {
                return Boolean.compare(!left.isEmpty(), !right.isEmpty());
            }
            return ValueOrder.TOTAL.compare(
                    left.iterator().next(), right.iterator().next());
        }
    }

    @Override
    public int compare(Record left, Record right) {
        for (Term term : terms) {
            int order = term.compare(left, right);
            if (order != 0) {
                return order;
            }
        }
        return left.key().compareTo(right.key());
    }
}
