/**
 * gRPC over Vert.x's HTTP/2 server: framing, statuses, back-pressure, and the relay's services as calls.
 *
 * <p>Start with {@link io.anabranch.relay.server.grpc.GrpcEndpoint}, which turns HTTP requests into calls. A <b>call</b> lives
 * on the event loop of its connection and only moves bytes there; its <b>session</b> decides, and runs on a worker, one
 * event at a time in its <b>lane</b>. A session is given one message for each it asks for, and sends when what it sent
 * before is on the wire, so a peer that does not read, or a relay that cannot keep up, holds one message a call.
 *
 * <p>The framing is our own because of what {@code vertx-grpc-server} 5.0 does with strangers: it queues sixteen messages of
 * any size for each call, inflates compressed ones without a limit, and keeps growing a buffer when a message is marked as
 * compressed though no compression was agreed.
 */
@NullMarked
package io.anabranch.relay.server.grpc;

import org.jspecify.annotations.NullMarked;
