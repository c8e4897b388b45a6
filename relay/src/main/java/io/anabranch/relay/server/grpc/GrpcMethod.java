package io.anabranch.relay.server.grpc;

/**
 * A method that can be called.
 *
 * @param path of the HTTP request, such as {@code /anabranch.v1.Sync/Upload}
 * @param messageSizeMax largest message it takes, in bytes
 * @param sessions makes the session of each call; called on the event loop, so it only constructs
 */
record GrpcMethod(String path, int messageSizeMax, Sessions sessions) {

    /** Makes sessions. */
    interface Sessions {
        CallSession open(GrpcCall call);
    }
}
