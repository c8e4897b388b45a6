/** How calls are framed and scheduled. */
@NullMarked
package io.anabranch.relay.server.grpc;

import org.jspecify.annotations.NullMarked;
