/**
 * The relay as a server: one TLS port with gRPC for devices and administrators, and pages for the office.
 *
 * <p>Start with {@link io.anabranch.relay.server.RelayServer}, which puts the parts together and holds no logic of its own:
 * the protocol is in {@code io.anabranch.relay.session}, what is accepted in {@code io.anabranch.relay.admission}, who may come
 * in in {@code io.anabranch.relay.administration}. {@code server.grpc} and {@code server.web} are the two adapters; {@code
 * server.sequencer} is the one thread that orders.
 */
@NullMarked
package io.anabranch.relay.server;

import org.jspecify.annotations.NullMarked;
