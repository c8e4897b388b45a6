package io.anabranch.relay.server.grpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.grpc.Status;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One gRPC call: the bytes of an HTTP/2 stream on one side, a {@link CallSession} on the other.
 *
 * <p>The stream is paused but for the message that the session asked for. {@link #request}, {@link #send} and {@link #close}
 * may be called from any thread and return at once; what they do to the stream happens on its event loop, in order. After
 * the end of the call they do nothing.
 */
final class GrpcCall {

    private static final long DISCARD_MILLIS_MAX = 10_000;
    private static final int HEADER_SIZE = 5;
    /** HTTP/2 error codes. */
    private static final long NO_ERROR = 0;

    private static final long CANCEL = 8;

    private final HttpServerRequest http;
    private final HttpServerResponse response;
    private final Context context;
    private final FrameReader frames;
    private final Lane lane;
    private final CallSession session;
    private final SyncMetrics metrics;
    private final String path;
    private final AtomicLong unwrittenBytes = new AtomicLong();
    private volatile boolean closed;
    // The event loop's own.
    private boolean wanted;
    private boolean progressed = true;
    private boolean halfClosed;
    private boolean ended;

    private GrpcCall(
            HttpServerRequest http, GrpcMethod method, Context context, Executor workers, SyncMetrics metrics) {
        this.http = http;
        this.response = http.response();
        this.context = context;
        this.metrics = metrics;
        this.path = method.path();
        this.frames = new FrameReader(method.messageSizeMax());
        this.lane = new Lane(workers, failure -> close(CallFailures.status(failure, method.path())));
        this.session = method.sessions().open(this);
    }

    /** Begins a call on the event loop of its request; {@code ended} runs there, once, when the stream is gone. */
    static GrpcCall begin(
            HttpServerRequest http,
            GrpcMethod method,
            Context context,
            Executor workers,
            SyncMetrics metrics,
            Runnable ended) {
        GrpcCall call = new GrpcCall(http, method, context, workers, metrics);
        call.listen(ended);
        call.lane.execute(call.session::begin);
        return call;
    }

    private void listen(Runnable whenEnded) {
        http.pause();
        http.handler(bytes -> {
            frames.add(bytes);
            deliver();
        });
        http.endHandler(none -> {
            halfClosed = true;
            deliver();
        });
        // A reset and a lost connection come by one, two or all of these.
        http.exceptionHandler(failure -> end());
        response.exceptionHandler(failure -> end());
        response.closeHandler(none -> {
            end();
            whenEnded.run();
        });
    }

    /** The caller's certificate, address and connection. */
    Caller caller() {
        return Caller.of(http.connection());
    }

    /** The method's path. */
    String path() {
        return path;
    }

    /** The lane that the session runs in; for events that come from elsewhere. */
    Executor lane() {
        return lane;
    }

    /** Whether the call has ended, so that work for it is in vain. */
    boolean isClosed() {
        return closed;
    }

    /** Bytes that were sent and are not on the wire yet. */
    long unwrittenBytes() {
        return unwrittenBytes.get();
    }

    /** Asks for the next message, or for the news that there is none. One request at a time. */
    void request() {
        context.runOnContext(none -> {
            if (!ended) {
                wanted = true;
                deliver();
            }
        });
    }

    private void deliver() {
        if (!wanted || ended) {
            return;
        }
        try {
            byte[] message = frames.next();
            if (message != null) {
                wanted = false;
                metrics.received(message.length);
                lane.execute(() -> session.receive(message));
            } else if (!halfClosed) {
                http.fetch(1);
            } else if (frames.isPartial()) {
                close(Status.INVALID_ARGUMENT.withDescription("the last message is cut short"));
            } else {
                wanted = false;
                lane.execute(session::halfClosed);
            }
        } catch (io.grpc.StatusRuntimeException e) {
            close(e.getStatus());
        }
    }

    /** Sends a message. The caller waits for {@link CallSession#written} before it sends much. Serializes here. */
    void send(MessageLite message) {
        if (closed) {
            return;
        }
        Buffer bytes = frame(message);
        unwrittenBytes.addAndGet(bytes.length());
        context.runOnContext(none -> write(bytes));
    }

    private void write(Buffer bytes) {
        if (ended) {
            return;
        }
        if (!response.headWritten()) {
            response.putHeader("content-type", "application/grpc");
        }
        metrics.sent(bytes.length() - HEADER_SIZE);
        response.write(bytes).onSuccess(none -> {
            progressed = true;
            if (unwrittenBytes.addAndGet(-bytes.length()) == 0 && !ended) {
                lane.execute(session::written);
            }
        });
    }

    private static Buffer frame(MessageLite message) {
        int size = message.getSerializedSize();
        byte[] bytes = new byte[HEADER_SIZE + size];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, HEADER_SIZE, size);
        try {
            message.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes).setInt(1, size);
    }

    /** Ends the call with a status, after what was sent. */
    void close(Status status) {
        closed = true;
        context.runOnContext(none -> {
            if (!ended) {
                finish(status);
                end();
            }
        });
    }

    private void finish(Status status) {
        boolean messagesSent = response.headWritten();
        if (!messagesSent) {
            response.putHeader("content-type", "application/grpc");
        }
        StatusTrailers.put(messagesSent ? response.trailers() : response.headers(), status);
        response.end();
        discard();
    }

    /** A client that goes on sending is not listened to, and is cut off if it does not notice. */
    private void discard() {
        if (halfClosed) {
            return;
        }
        http.handler(bytes -> {});
        http.endHandler(none -> halfClosed = true);
        http.resume();
        context.owner().setTimer(DISCARD_MILLIS_MAX, timer -> {
            if (!halfClosed && !response.closed()) {
                response.reset(NO_ERROR);
            }
        });
    }

    /** Has the session look around. */
    void tick() {
        if (!closed) {
            lane.execute(session::tick);
        }
    }

    /** Cuts the call off if its peer has taken nothing since the last time though there is something to take. */
    void cutIfStalled() {
        context.runOnContext(none -> {
            boolean stalled = !ended && unwrittenBytes.get() > 0 && !progressed;
            progressed = unwrittenBytes.get() == 0;
            if (stalled) {
                response.reset(CANCEL);
            }
        });
    }

    /** The connection, whose other calls have the same. */
    HttpConnection connection() {
        return http.connection();
    }

    private void end() {
        if (!ended) {
            ended = true;
            closed = true;
            lane.execute(session::closed);
        }
    }
}
