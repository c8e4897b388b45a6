package io.anabranch.replica.grpc;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a run waits for and goes on with on its owner's thread, until it is {@linkplain #abandon abandoned}: what comes later is not wanted any
 * more. On the owner's thread.
 */
final class Steps {

    private final Executor owner;
    private final Consumer<Throwable> failed;
    /** What is under way. What is done is not held on to: it may be large. */
    private final Map<Long, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();

    private long begun;
    private long round;

    /** What fails is told on the owner's thread. */
    Steps(Executor owner, Consumer<Throwable> failed) {
        this.owner = owner;
        this.failed = failed;
    }

    /** Goes on with what a future has, unless it is abandoned before. */
    <T> void then(CompletableFuture<T> future, Consumer<T> action) {
        long now = round;
        CompletableFuture<T> awaited = wanted(future);
        var unused = awaited.whenComplete((value, failure) -> owner.execute(() -> {
            if (round == now) {
                goOn(value, failure, action);
            }
        }));
    }

    private <T> void goOn(T value, @Nullable Throwable failure, Consumer<T> action) {
        if (failure != null) {
            failed.accept(
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure);
            return;
        }
        try {
            action.accept(value);
        } catch (RuntimeException | Error e) {
            failed.accept(e);
        }
    }

    /** The future, which is cancelled when it is not wanted any more. */
    <T> CompletableFuture<T> wanted(CompletableFuture<T> future) {
        long number = begun++;
        underWay.put(number, future);
        var unused = future.whenComplete((value, failure) -> underWay.remove(number));
        return future;
    }

    /** Nothing of what was begun is wanted any more; what is begun from now on is. */
    void abandon() {
        round++;
        List.copyOf(underWay.values()).forEach(future -> future.cancel(true));
    }
}
