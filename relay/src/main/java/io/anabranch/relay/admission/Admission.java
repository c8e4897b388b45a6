package io.anabranch.relay.admission;

import io.anabranch.crdt.HybridClock;
import io.anabranch.relay.scope.ScopeEngine;
import io.anabranch.relay.store.RelayStore;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Decides what is accepted, and in which order.
 *
 * <p>One round at a time: the commits of a round are judged in the order they are given, each replica's own in the order of
 * its chain, and stored at once. What came in while a round was stored makes the next one, so the price of a sync is shared by
 * as many commits as there are.
 *
 * <pre>{@code
 * try (Round round = admission.begin()) {
 *     round.read(batches);
 *     for (VerifiedCommits batch : batches) {
 *         verdicts.add(round.admit(batch));
 *     }
 *     round.append();
 * }
 * // now send the verdicts
 * }</pre>
 *
 * <p>For one thread at a time. Fails as the {@link RelayStore} does; the service then stops and says so.
 */
public final class Admission implements Rounds {

    private final Parts parts;
    private final LongSupplier relayMillis;

    /** What rounds work with. */
    record Parts(RelayStore store, AdmissionLimits limits, AdmissionRule rule, ScopeEngine scopes, RecentLinks links) {}

    /**
     * Admission to a store. Everyone who appends to the store does it through this object.
     *
     * @param relayMillis the relay's clock, ms since 1970
     */
    public Admission(RelayStore store, AdmissionLimits limits, AdmissionRule rule, LongSupplier relayMillis) {
        this.parts = new Parts(store, limits, rule, ScopeEngine.open(store, relayMillis), new RecentLinks());
        this.relayMillis = relayMillis;
    }

    /** Who is to have what of the store, as the rounds keep it. */
    public ScopeEngine scopes() {
        return parts.scopes;
    }

    /** Begins a round. The one before must be over. */
    public Round begin() {
        long stampMax = HybridClock.stamp(relayMillis.getAsLong() + parts.limits.aheadMaxMillis(), 0xffff);
        return new Round(parts, stampMax);
    }

    /** Does it on this thread, in a round of its own. */
    @Override
    public <T> T perform(Function<Round, T> work) {
        try (Round round = begin()) {
            T result = work.apply(round);
            round.append();
            return result;
        }
    }
}
