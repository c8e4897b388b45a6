package io.anabranch.relay.server.web;

import io.vertx.ext.web.RoutingContext;

/** What browsers are told about every answer: load nothing from elsewhere, run nothing inline, keep no copy, guess nothing. */
final class SecurityHeaders {

    private static final String POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
            + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private SecurityHeaders() {}

    static void add(RoutingContext context) {
        context.response()
                .putHeader("content-security-policy", POLICY)
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("x-frame-options", "DENY")
                .putHeader("referrer-policy", "no-referrer")
                .putHeader("cross-origin-resource-policy", "same-origin")
                .putHeader("strict-transport-security", "max-age=31536000")
                .putHeader("cache-control", "no-store");
        context.next();
    }
}
