package io.anabranch.relay.administration;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the failures of each address in the current minute, of the last addresses only. Thread-safe.
 *
 * <p>With 80 bits in a secret nobody guesses one at any rate; the limit keeps a machine that tries from costing the relay
 * much.
 */
final class FailureLimit {

    static final int FAILURES_PER_MINUTE_MAX = 10;

    private static final int ADDRESSES_MAX = 10_000;
    private static final long MINUTE_MILLIS = 60_000;

    private record Failures(long minute, int count) {}

    private final Map<String, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > ADDRESSES_MAX;
        }
    };

    synchronized boolean isReached(String address, long nowMillis) {
        Failures known = failures.get(address);
        return known != null && known.minute == nowMillis / MINUTE_MILLIS && known.count >= FAILURES_PER_MINUTE_MAX;
    }

    synchronized void failed(String address, long nowMillis) {
        long minute = nowMillis / MINUTE_MILLIS;
        failures.merge(
                address,
                new Failures(minute, 1),
                (known, one) -> known.minute == minute ? new Failures(minute, known.count + 1) : one);
    }
}
