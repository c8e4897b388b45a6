package io.anabranch.relay.server.web;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A file of the console that is part of the software. */
final class Asset {

    private Asset() {}

    /** Answers with the file of this name beside this class. */
    static Handler<RoutingContext> load(String name, String type) {
        Buffer bytes = read(name);
        return context -> context.response()
                .putHeader("content-type", type)
                .putHeader("cache-control", "max-age=300")
                .end(bytes);
    }

    private static Buffer read(String name) {
        try (InputStream in = Asset.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("a file of the console is missing: " + name);
            }
            return Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
