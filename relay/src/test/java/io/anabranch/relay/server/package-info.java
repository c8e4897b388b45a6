/** A relay over real TLS, as devices, browsers, administrators and strangers meet it. */
@NullMarked
package io.anabranch.relay.server;

import org.jspecify.annotations.NullMarked;
