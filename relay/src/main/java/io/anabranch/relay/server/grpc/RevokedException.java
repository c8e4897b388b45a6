package io.anabranch.relay.server.grpc;

import io.grpc.Status;

/** Marks the status of a call that ends because its device was revoked, so that the device is told apart from others that are refused. */
final class RevokedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** What such a call ends with. */
    static final Status STATUS = Status.PERMISSION_DENIED
            .withDescription(
                    "this device was revoked by an administrator: nothing is taken from it or given to it any more."
                            + " What it has not sent is kept on it; ask an administrator")
            .withCause(new RevokedException());

    private RevokedException() {
        super("the device was revoked", null, false, false);
    }
}
