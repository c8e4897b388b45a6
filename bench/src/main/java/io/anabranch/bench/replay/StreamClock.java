package io.anabranch.bench.replay;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The time of the stream, for devices and relay alike. Thread-safe. */
final class StreamClock implements LongSupplier {

    private final AtomicLong millis = new AtomicLong();

    void advanceTo(long newMillis) {
        millis.accumulateAndGet(newMillis, Math::max);
    }

    @Override
    public long getAsLong() {
        return millis.get();
    }
}
