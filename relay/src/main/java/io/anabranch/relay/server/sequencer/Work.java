package io.anabranch.relay.server.sequencer;

import io.anabranch.relay.admission.Round;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** Work that waits for a round, and whoever waits for the work. */
final class Work<T> {

    private final Function<Round, T> work;
    private final CompletableFuture<T> done = new CompletableFuture<>();

    Work(Function<Round, T> work) {
        this.work = work;
    }

    /** Does it; what is returned tells who waits, once the round is stored. */
    Runnable perform(Round round) {
        try {
            T result = work.apply(round);
            return () -> done.complete(result);
        } catch (RuntimeException e) {
            return () -> done.completeExceptionally(e);
        }
    }

    void failed(RuntimeException why) {
        done.completeExceptionally(why);
    }

    /** The result, once it is durable. */
    T await() {
        try {
            return done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
