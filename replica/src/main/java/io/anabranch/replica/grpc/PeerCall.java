package io.anabranch.replica.grpc;

import io.anabranch.proto.PeerMessage;
import io.anabranch.replica.peer.PeerRefusedException;
import io.anabranch.replica.peer.PeerReport;
import io.anabranch.replica.peer.PeerSession;
import io.anabranch.replica.wire.MalformedMessageException;
import io.grpc.Status;
import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One side of an exchange over gRPC. The session is made and driven on the thread that owns the state; the next message is asked for when
 * one has been taken, so what waits is bounded by gRPC's flow control.
 */
final class PeerCall implements StreamObserver<PeerMessage> {

    private static final Logger LOG = LoggerFactory.getLogger(PeerCall.class);

    private final Executor owner;
    private final Supplier<PeerSession> sessions;
    private final CallStreamObserver<PeerMessage> out;
    private final CompletableFuture<PeerReport> result;
    private final boolean caller;
    private @Nullable PeerSession session;
    private boolean ended;

    /**
     * A call that has not begun.
     *
     * @param out where messages go, and more are asked for
     * @param caller whether this side called: it is over when the other has ended the call, and so has taken all
     */
    PeerCall(PeerLink link, Supplier<PeerSession> sessions, CallStreamObserver<PeerMessage> out, boolean caller) {
        this.owner = link.owner();
        this.caller = caller;
        this.sessions = sessions;
        this.out = out;
        this.result = new CompletableFuture<>();
    }

    /** What was done; exceptionally if it did not come to its end. */
    CompletableFuture<PeerReport> result() {
        return result;
    }

    /** To be called when the call stands, before anything comes. */
    void begin() {
        owner.execute(() -> guarded(() -> {
            session = sessions.get();
            out.request(1);
            pump();
        }));
    }

    /** The transport can take more. */
    void ready() {
        owner.execute(() -> guarded(this::pump));
    }

    private void pump() {
        PeerSession open = session;
        if (open == null || ended) {
            return;
        }
        while (out.isReady()) {
            PeerMessage message = open.next();
            if (message == null) {
                break;
            }
            out.onNext(message);
        }
        if (open.isOver()) {
            ended = true;
            out.onCompleted();
            if (!caller) {
                result.complete(open.report());
            }
        }
    }

    @Override
    public void onNext(PeerMessage message) {
        owner.execute(() -> guarded(() -> {
            PeerSession open = session;
            if (open != null && !ended) {
                open.receive(message);
                out.request(1);
                pump();
            }
        }));
    }

    @Override
    public void onError(Throwable failure) {
        owner.execute(() -> {
            ended = true;
            result.completeExceptionally(failure);
        });
    }

    @Override
    public void onCompleted() {
        owner.execute(() -> {
            ended = true;
            PeerSession open = session;
            if (open != null && open.isOver()) {
                result.complete(open.report());
            } else if (!result.isDone()) {
                result.completeExceptionally(Status.CANCELLED
                        .withDescription("the other device ended the exchange early")
                        .asRuntimeException());
            }
        });
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (MalformedMessageException e) {
            end(Status.INVALID_ARGUMENT.withDescription(e.getMessage()), e);
        } catch (PeerRefusedException e) {
            end(Status.PERMISSION_DENIED.withDescription(e.getMessage()), e);
        } catch (RuntimeException e) {
            LOG.error("an exchange failed", e);
            end(Status.INTERNAL.withDescription("the exchange failed on this device"), e);
        }
    }

    private void end(Status status, RuntimeException why) {
        if (!ended) {
            ended = true;
            result.completeExceptionally(why);
            out.onError(status.asRuntimeException());
        }
    }
}
