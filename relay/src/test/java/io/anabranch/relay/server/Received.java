package io.anabranch.relay.server;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a client is sent in a stream, and how the stream ends. */
final class Received<Q, R> implements ClientResponseObserver<Q, R> {

    private final BlockingQueue<R> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final boolean reads;
    private @Nullable ClientCallStreamObserver<Q> stream;

    private Received(boolean reads) {
        this.reads = reads;
    }

    static <Q, R> Received<Q, R> reading() {
        return new Received<>(true);
    }

    /** Takes nothing until {@link #request}. */
    static <Q, R> Received<Q, R> notReading() {
        return new Received<>(false);
    }

    void request(int count) {
        if (stream != null) {
            stream.request(count);
        }
    }

    R next() {
        try {
            R message = messages.poll(20, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("no message came; end=" + end);
            }
            return message;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Status end() {
        try {
            return end.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the stream did not end", e);
        }
    }

    int waiting() {
        return messages.size();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> stream) {
        this.stream = stream;
        if (!reads) {
            stream.disableAutoRequestWithInitial(0);
        }
    }

    @Override
    public void onNext(R message) {
        messages.add(message);
    }

    @Override
    public void onError(Throwable failure) {
        end.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        end.complete(Status.OK);
    }
}
