package io.anabranch.relay.server;

import io.anabranch.relay.server.grpc.GrpcEndpoint;
import io.anabranch.relay.server.web.WebConsole;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** One event loop's share of the port: gRPC by its content type, pages for the rest. */
final class HttpsListener extends VerticleBase {

    private static final long FAREWELL_MILLIS = 1_000;

    private final HttpServerOptions options;
    private final GrpcEndpoint grpc;
    private final WebConsole console;
    private final OpenConnections connections;
    private final IntConsumer bound;
    private @Nullable HttpServer server;

    /** @param bound is told the port that was bound */
    HttpsListener(
            HttpServerOptions options,
            GrpcEndpoint grpc,
            WebConsole console,
            OpenConnections connections,
            IntConsumer bound) {
        this.options = options;
        this.grpc = grpc;
        this.console = console;
        this.connections = connections;
        this.bound = bound;
    }

    @Override
    public Future<?> start() {
        Router router = console.router(vertx);
        HttpServer listening = vertx.createHttpServer(options)
                .connectionHandler(connections::opened)
                .requestHandler(request -> {
                    if (GrpcEndpoint.accepts(request)) {
                        grpc.handle(request);
                    } else {
                        router.handle(request);
                    }
                });
        server = listening;
        return listening.listen().onSuccess(done -> bound.accept(done.actualPort()));
    }

    @Override
    public Future<?> stop() {
        return server == null ? Future.succeededFuture() : server.shutdown(FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
    }
}
