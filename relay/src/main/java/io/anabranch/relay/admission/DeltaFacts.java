package io.anabranch.relay.admission;

import io.anabranch.crdt.Dot;
import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What admission has to know of a delta's entries, found in one walk over them. Needs nothing but the delta, so it is found where the
 * delta is decoded, and rounds, which come one after another, need not walk over a new record at all.
 *
 * @param folded whether it has the fold of a counter, which only the relay makes
 * @param foreign whether it has a dot of another replica than its author's
 * @param repeated whether it has a dot twice
 * @param counts whether it has entries of counters
 * @param creates whether it {@linkplain Record#creates() creates}
 * @param least the least n of its dots, {@link Long#MAX_VALUE} if there are none
 * @param greatest the greatest n of its dots, 0 if there are none
 * @param latest the greatest stamp, as an unsigned number
 */
record DeltaFacts(
        boolean folded,
        boolean foreign,
        boolean repeated,
        boolean counts,
        boolean creates,
        long least,
        long greatest,
        long latest) {

    static DeltaFacts of(Record delta, long author) {
        return new Walk(author).over(delta);
    }

    private static final class Walk {

        private final long author;
        private boolean folded;
        private boolean foreign;
        private boolean counts;
        private long least = Long.MAX_VALUE;
        private long greatest;
        private long latest;
        /** So dots are in what replicas make; whoever differs pays for the proof that they are distinct. */
        private boolean ascending = true;

        Walk(long author) {
            this.author = author;
        }

        DeltaFacts over(Record delta) {
            for (Field field : delta.fields()) {
                folded |= field.fold() != null;
                counts |= field.name().kind().equals(Kind.COUNTER);
                field.entries().forEach(this::note);
            }
            boolean repeated = !ascending && usesADotTwice(delta.fields());
            return new DeltaFacts(folded, foreign, repeated, counts, delta.creates(), least, greatest, latest);
        }

        private void note(Entry entry) {
            long n = entry.dot().n();
            foreign |= entry.dot().replica() != author;
            ascending &= n > greatest;
            least = Math.min(least, n);
            greatest = Math.max(greatest, n);
            if (Long.compareUnsigned(entry.stamp(), latest) > 0) {
                latest = entry.stamp();
            }
        }

        private static boolean usesADotTwice(List<Field> fields) {
            Set<Dot> distinct = new HashSet<>();
            return fields.stream()
                    .flatMap(field -> field.entries().stream())
                    .anyMatch(entry -> !distinct.add(entry.dot()));
        }
    }
}
