package io.anabranch.replica.grpc;

import io.anabranch.replica.session.SyncSession;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One stream: a session on one side, a gRPC call on the other. Everything but the hand-over runs on the owner's thread; the next
 * message is asked for only when one has been taken, so what waits is bounded by gRPC's flow control.
 */
final class SyncCall<Q, R> {

    private static final int DRAINED_MAX = 1_000;

    private final SyncSession<Q, R> session;
    private final Executor owner;
    private final Events events;
    private final ClientCall<Q, R> call;
    private boolean closed;

    /** What the run wants to know. Called on the owner's thread. */
    interface Events {
        /** A message was taken. */
        void advanced();

        /** The call has ended; the failure is null if it ended well. */
        void ended(@Nullable Throwable failure, Status status);
    }

    SyncCall(SyncSession<Q, R> session, Channel channel, MethodDescriptor<Q, R> method, Executor owner, Events events) {
        this.session = session;
        this.owner = owner;
        this.events = events;
        this.call = channel.newCall(method, CallOptions.DEFAULT);
    }

    void start() {
        session.open();
        call.start(new Listener(), new Metadata());
        call.request(1);
        pump();
    }

    /** Sends what the session has, as far as the transport takes it. */
    void pump() {
        while (!closed && call.isReady()) {
            Q message = session.next();
            if (message == null) {
                return;
            }
            call.sendMessage(message);
        }
    }

    /** Ends the stream in peace: a relay counts resets, and closes connections that have too many. What still comes is dropped. */
    void end() {
        if (!closed) {
            closed = true;
            call.halfClose();
            call.request(DRAINED_MAX);
        }
    }

    private void take(R message) {
        if (closed) {
            return;
        }
        try {
            session.receive(message);
        } catch (RuntimeException e) {
            closed = true;
            call.cancel("the session ended", e);
            events.ended(e, Status.CANCELLED);
            return;
        }
        call.request(1);
        pump();
        events.advanced();
    }

    private void closed(Status status) {
        if (!closed) {
            closed = true;
            events.ended(null, status);
        }
    }

    /** Hands over from the network's thread. */
    private final class Listener extends ClientCall.Listener<R> {

        @Override
        public void onMessage(R message) {
            owner.execute(() -> take(message));
        }

        @Override
        public void onReady() {
            owner.execute(SyncCall.this::pump);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            owner.execute(() -> closed(status));
        }
    }
}
