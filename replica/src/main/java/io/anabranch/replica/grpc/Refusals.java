package io.anabranch.replica.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** Reads what a relay says beside a status when it refuses a call for good, and puts it into the status as its cause. */
public final class Refusals implements ClientInterceptor {

    /** The name of the trailer that says which refusal it is. */
    public static final String TRAILER = "anabranch-refusal";

    /** What the trailer says to a device that was revoked. */
    public static final String REVOKED = "replica-revoked";

    /** What the trailer says to a device whose store is a copy of one that has gone on elsewhere. */
    public static final String COPIED = "store-copied";

    private static final Metadata.Key<String> KEY = Metadata.Key.of(TRAILER, Metadata.ASCII_STRING_MARSHALLER);

    /** Is the cause of the status of a call that was refused because the device was revoked. */
    static final class RevokedException extends RuntimeException {

        private static final long serialVersionUID = 1;

        RevokedException() {
            super("the device was revoked", null, false, false);
        }
    }

    /** Is the cause of the status of a call that was refused because the store is a copy. */
    static final class CopiedException extends RuntimeException {

        private static final long serialVersionUID = 1;

        CopiedException() {
            super("the store is a copy", null, false, false);
        }
    }

    Refusals() {}

    static boolean isCopied(Status status) {
        return status.getCause() instanceof CopiedException;
    }

    static boolean isRevoked(Status status) {
        return status.getCause() instanceof RevokedException;
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<R> listener, Metadata headers) {
                super.start(new Reading<>(listener), headers);
            }
        };
    }

    private static final class Reading<R> extends SimpleForwardingClientCallListener<R> {

        Reading(ClientCall.Listener<R> listener) {
            super(listener);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            String said = trailers.get(KEY);
            if (REVOKED.equals(said)) {
                super.onClose(status.withCause(new RevokedException()), trailers);
            } else {
                super.onClose(COPIED.equals(said) ? status.withCause(new CopiedException()) : status, trailers);
            }
        }
    }
}
