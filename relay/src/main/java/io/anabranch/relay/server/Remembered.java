package io.anabranch.relay.server;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is looked up at most once in a while. Thread-safe; who asks while it is looked up waits for it. */
final class Remembered<T> {

    private final long freshNanos;
    private final Supplier<T> lookUp;
    private @Nullable T value;
    private long lookedUp;

    Remembered(long freshNanos, Supplier<T> lookUp) {
        this.freshNanos = freshNanos;
        this.lookUp = lookUp;
    }

    synchronized T get() {
        T known = value;
        long now = System.nanoTime();
        if (known == null || now - lookedUp >= freshNanos) {
            known = lookUp.get();
            value = known;
            lookedUp = now;
        }
        return known;
    }
}
