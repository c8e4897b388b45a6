package io.anabranch.relay.admission;

import io.anabranch.crdt.Dot;
import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.proto.Rejection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What admission has to know of a delta, found in one walk over its entries. Not thread-safe; used once.
 *
 * <p>An author writes with dots of its own that the record has never seen, each once, and not absurdly far beyond the last: n
 * has 40 bits, and who could use them up at once would leave the record unwritable for itself.
 */
final class DeltaCheck {

    /** How far beyond the author's last dot a new one may be: more writes to one record than a device makes offline. */
    static final long DOTS_AHEAD_MAX = 1_000_000;

    private final Record delta;
    private final DotSet seen;
    private final long replica;
    private long greatest;
    private boolean counts;
    private boolean late;
    private int entryCount;
    /** So they are in what replicas make; whoever differs pays for the proof that they are distinct. */
    private boolean ascending = true;

    DeltaCheck(Record delta, DotSet seen, long replica) {
        this.delta = delta;
        this.seen = seen;
        this.replica = replica;
    }

    /** Why the delta cannot be accepted, null if it can. */
    @Nullable
    Rejection check(long stampMax) {
        long lastKnown = seen.last(replica);
        for (Field field : delta.fields()) {
            if (field.fold() != null) {
                return Rejections.folded(delta.key());
            }
            counts |= field.name().kind().equals(Kind.COUNTER);
            for (Entry entry : field.entries()) {
                if (entry.dot().replica() != replica) {
                    return Rejections.notTheAuthors(delta.key());
                } else if (seen.contains(entry.dot())) {
                    return Rejections.dotUsedAgain(delta.key());
                } else if (entry.dot().n() > lastKnown + DOTS_AHEAD_MAX) {
                    return Rejections.dotTooFar(delta.key());
                }
                late |= Long.compareUnsigned(entry.stamp(), stampMax) > 0;
                note(entry.dot().n());
            }
        }
        return usesADotTwice() ? Rejections.dotUsedAgain(delta.key()) : null;
    }

    /** Whether it has entries of counters. */
    boolean counts() {
        return counts;
    }

    /** Whether it has a stamp later than the greatest allowed. */
    boolean isLate() {
        return late;
    }

    /**
     * The part of the delta's context that is believed: dots that the record has, and the author's own, as far as it could have
     * come. Own dots that the record lacks are those of the author's rejected commits, which this one supersedes: were
     * they left out, a rejected edit would show again on the author's device as soon as its deletion is confirmed.
     */
    DotSet believed() {
        DotSet context = delta.context();
        long last = context.last(replica);
        long lastMax = Math.min(Dot.N_MAX, seen.last(replica) + DOTS_AHEAD_MAX);
        DotSet own = context.of(replica);
        if (context.equals(own) && last <= lastMax) {
            return context;
        }
        return context.intersection(seen).union(own.intersection(DotSet.ofSpan(replica, 1, lastMax)));
    }

    private void note(long n) {
        ascending &= n > greatest;
        greatest = Math.max(greatest, n);
        entryCount++;
    }

    private boolean usesADotTwice() {
        if (ascending) {
            return false;
        }
        Set<Dot> distinct = new HashSet<>();
        delta.fields().forEach(field -> field.entries().forEach(entry -> distinct.add(entry.dot())));
        return distinct.size() < entryCount;
    }
}
