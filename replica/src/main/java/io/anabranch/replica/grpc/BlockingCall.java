package io.anabranch.replica.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream that one thread works with, waiting: to send until the transport takes more, and for each message that it asks for. So what
 * is in memory is a message each way and the transport's windows.
 */
final class BlockingCall<Q, R> implements AutoCloseable {

    /** How long the other side may do nothing; the connection itself is looked after by keep-alive. */
    private static final long SILENT_MILLIS_MAX = 60_000;

    private static final long LOOK_MILLIS = 100;

    private final ClientCall<Q, R> call;
    private final BooleanSupplier cancelled;
    private final Queue<R> received = new ArrayDeque<>();
    private @Nullable Status status;

    /** Begins a call, which ends with CANCELLED when {@code cancelled} is seen. */
    BlockingCall(Channel channel, MethodDescriptor<Q, R> method, BooleanSupplier cancelled) {
        this.call = channel.newCall(method, CallOptions.DEFAULT);
        this.cancelled = cancelled;
        call.start(new Listener(), new Metadata());
    }

    /** Sends a message when the transport takes it; false if the call has ended, which {@link #receive} tells more about. */
    boolean send(Q message) {
        await(() -> status != null || call.isReady());
        synchronized (this) {
            if (status != null) {
                return false;
            }
        }
        call.sendMessage(message);
        return true;
    }

    /** Sends the one message of a call that has one; its transport does not tell when it is ready, and keeps it until then. */
    void sendOnly(Q message) {
        call.sendMessage(message);
        call.halfClose();
    }

    /** Sends no more. */
    void halfClose() {
        call.halfClose();
    }

    /**
     * Waits for the next message; empty if the call has ended well.
     *
     * @throws StatusRuntimeException if it ended otherwise
     */
    Optional<R> receive() {
        call.request(1);
        await(() -> status != null || !received.isEmpty());
        synchronized (this) {
            R message = received.poll();
            if (message != null) {
                return Optional.of(message);
            }
            Status ended = status;
            if (ended != null && !ended.isOk()) {
                throw ended.asRuntimeException();
            }
            return Optional.empty();
        }
    }

    /** Ends it, whatever is under way. */
    @Override
    public void close() {
        call.cancel("it is not needed any more", null);
    }

    private synchronized void await(BooleanSupplier condition) {
        long beganNanos = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (cancelled.getAsBoolean()) {
                throw Status.CANCELLED.withDescription("it was cancelled").asRuntimeException();
            } else if (System.nanoTime() - beganNanos > SILENT_MILLIS_MAX * 1_000_000) {
                throw Status.UNAVAILABLE
                        .withDescription("the relay does not answer")
                        .asRuntimeException();
            }
            try {
                wait(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Status.CANCELLED.withCause(e).asRuntimeException();
            }
        }
    }

    /** On the network's thread. */
    private final class Listener extends ClientCall.Listener<R> {

        @Override
        public void onMessage(R message) {
            synchronized (BlockingCall.this) {
                received.add(message);
                BlockingCall.this.notifyAll();
            }
        }

        @Override
        public void onReady() {
            synchronized (BlockingCall.this) {
                BlockingCall.this.notifyAll();
            }
        }

        @Override
        public void onClose(Status ended, Metadata trailers) {
            synchronized (BlockingCall.this) {
                status = ended;
                BlockingCall.this.notifyAll();
            }
        }
    }
}
