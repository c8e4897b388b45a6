package io.anabranch.bench.replay;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The time of the stream, for devices and relay alike. Thread-safe. */
final class StreamClock implements LongSupplier, InstantSource {

    private final AtomicLong millis = new AtomicLong();

    void advanceTo(long newMillis) {
        millis.accumulateAndGet(newMillis, Math::max);
    }

    @Override
    public long getAsLong() {
        return millis.get();
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis.get());
    }
}
