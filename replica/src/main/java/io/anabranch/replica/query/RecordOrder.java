package io.anabranch.replica.query;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The order of what a query finds. Where there is no value, a record comes before all that have one (after them when descending); of
 * several values the first counts. Records that are otherwise equal come by key, so the order is total.
 */
record RecordOrder(List<Query.Term> terms) implements Comparator<Record> {

    RecordOrder {
        terms = List.copyOf(terms);
    }

    /** Where a record stands in the order: the values that count, one a term, and its key. */
    record Place(List<Optional<Value>> values, RecordKey key) {
        Place {
            values = List.copyOf(values);
        }
    }

    Place place(Record record) {
        return new Place(terms.stream().map(term -> first(term, record)).toList(), record.key());
    }

    @Override
    public int compare(Record left, Record right) {
        for (Query.Term term : terms) {
            int order = compare(term, first(term, left), first(term, right));
            if (order != 0) {
                return order;
            }
        }
        return left.key().compareTo(right.key());
    }

    boolean isAfter(Record record, Place place) {
        for (int i = 0; i < terms.size(); i++) {
            Query.Term term = terms.get(i);
            int order = compare(term, first(term, record), place.values().get(i));
            if (order != 0) {
                return order > 0;
            }
        }
        return record.key().compareTo(place.key()) > 0;
    }

    private static Optional<Value> first(Query.Term term, Record record) {
        Collection<Value> values = term.operand().values(record);
        return values.isEmpty()
                ? Optional.empty()
                : Optional.of(values.iterator().next());
    }

    private static int compare(Query.Term term, Optional<Value> left, Optional<Value> right) {
        int ascending = left.isEmpty() || right.isEmpty()
                ? Boolean.compare(left.isPresent(), right.isPresent())
                : ValueOrder.TOTAL.compare(left.get(), right.get());
        return term.descending() ? -ascending : ascending;
    }
}
