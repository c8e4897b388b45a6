package io.anabranch.relay.admission;

import io.anabranch.crdt.Dot;
import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.Record;
import io.anabranch.proto.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * Whether a delta can be accepted, by the dots and stamps of its entries.
 *
 * <p>An author writes with dots of its own that the record has never seen, each once, and not absurdly far beyond the last: n
 * has 40 bits, and who could use them up at once would leave the record unwritable for itself.
 */
final class DeltaCheck {

    /** How far beyond the author's last dot a new one may be: more writes to one record than a device makes offline. */
    static final long DOTS_AHEAD_MAX = 1_000_000;

    private final Record delta;
    private final DeltaFacts facts;
    private final DotSet seen;
    private final long replica;

    /**
     * A check.
     *
     * @param facts those of the delta
     * @param seen the dots that the record has seen
     * @param replica the author
     */
    DeltaCheck(Record delta, DeltaFacts facts, DotSet seen, long replica) {
        this.delta = delta;
        this.facts = facts;
        this.seen = seen;
        this.replica = replica;
    }

    /** Why the delta cannot be accepted, null if it can. */
    @Nullable
    Rejection check() {
        long lastKnown = seen.last(replica);
        if (facts.folded()) {
            return Rejections.folded(delta.key());
        } else if (facts.foreign()) {
            return Rejections.notTheAuthors(delta.key());
        } else if (facts.repeated() || (facts.least() <= lastKnown && hasASeenDot())) {
            return Rejections.dotUsedAgain(delta.key());
        } else if (facts.greatest() > lastKnown + DOTS_AHEAD_MAX) {
            return Rejections.dotTooFar(delta.key());
        }
        return null;
    }

    private boolean hasASeenDot() {
        return delta.fields().stream()
                .flatMap(field -> field.entries().stream())
                .anyMatch(entry -> seen.contains(entry.dot()));
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
}
