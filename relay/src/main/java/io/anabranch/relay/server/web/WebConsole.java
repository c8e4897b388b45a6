package io.anabranch.relay.server.web;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routes of the console. Immutable; one router for each event loop. */
public final class WebConsole {

    private static final Logger LOG = LoggerFactory.getLogger(WebConsole.class);
    private static final String JSON = "application/json; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final ConsoleSource source;
    private final Executor workers;
    private final AttachmentPages attachments;

    /** A console that shows this source, which is asked on these workers, and attachments. */
    public WebConsole(ConsoleSource source, Executor workers, AttachmentPages attachments) {
        this.source = source;
        this.workers = workers;
        this.attachments = attachments;
    }

    /** A router for an event loop: {@code GET} only, nothing else is there. */
    public Router router(Vertx vertx) {
        Router router = Router.router(vertx);
        router.route().handler(SecurityHeaders::add).handler(WebConsole::requireGet);
        router.get("/health").handler(this::health);
        router.get("/console.css").handler(Asset.load("console.css", "text/css; charset=utf-8"));
        router.get("/console.svg").handler(Asset.load("console.svg", "image/svg+xml"));
        router.get("/console.js").handler(Asset.load("console.js", "text/javascript; charset=utf-8"));
        router.get("/").handler(OfficeOnly::check).handler(this::page);
        router.get("/api/overview").handler(OfficeOnly::check).handler(this::overview);
        router.get("/metrics").handler(OfficeOnly::check).handler(this::metrics);
        router.route("/attachments/:hash").handler(attachments::handle);
        router.errorHandler(400, WebConsole::malformed);
        router.errorHandler(404, WebConsole::notFound);
        router.errorHandler(500, WebConsole::failed);
        return router;
    }

    private static void requireGet(RoutingContext context) {
        HttpMethod method = context.request().method();
        if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            context.next();
        } else {
            context.response().setStatusCode(405).putHeader("allow", "GET, HEAD");
            end(context, TEXT, "This relay's pages are read with GET.\n");
        }
    }

    private void page(RoutingContext context) {
        answer(
                context,
                source::overview,
                overview -> end(context, "text/html; charset=utf-8", OverviewPage.html(overview)));
    }

    private void overview(RoutingContext context) {
        answer(
                context,
                source::overview,
                overview -> end(context, JSON, OverviewJson.of(overview).encode()));
    }

    private void metrics(RoutingContext context) {
        answer(context, source::metrics, text -> end(context, "text/plain; version=0.0.4; charset=utf-8", text));
    }

    private void health(RoutingContext context) {
        answer(context, source::health, health -> {
            context.response().setStatusCode(health.isUp() ? 200 : 503);
            end(context, JSON, json(health).encode());
        });
    }

    private static JsonObject json(Health health) {
        JsonObject checks = new JsonObject();
        health.checks().forEach((part, up) -> checks.put(part, up ? "up" : "down"));
        return new JsonObject().put("status", health.isUp() ? "up" : "down").put("checks", checks);
    }

    private <T> void answer(RoutingContext context, Supplier<T> asked, Consumer<T> show) {
        Promise<T> promise = Promise.promise();
        try {
            workers.execute(() -> complete(promise, asked));
        } catch (RejectedExecutionException e) {
            promise.fail(e);
        }
        Future<T> future = promise.future();
        future.onComplete(result -> context.vertx().runOnContext(none -> {
            if (result.succeeded()) {
                show.accept(result.result());
            } else {
                context.fail(500, result.cause());
            }
        }));
    }

    private static <T> void complete(Promise<T> promise, Supplier<T> asked) {
        try {
            promise.complete(asked.get());
        } catch (RuntimeException e) {
            promise.fail(e);
        }
    }

    /** Also what is not HTTP; logging it would let strangers fill the disk. */
    private static void malformed(RoutingContext context) {
        context.response().setStatusCode(400);
        end(context, TEXT, "The request is malformed.\n");
    }

    private static void notFound(RoutingContext context) {
        context.response().setStatusCode(404);
        end(context, TEXT, "There is no such page. The first page is at /\n");
    }

    private static void failed(RoutingContext context) {
        LOG.error("A page failed. path={}", context.request().path(), context.failure());
        context.response().setStatusCode(500);
        end(context, TEXT, "The relay failed to make this page; see its log.\n");
    }

    static void end(RoutingContext context, String type, String body) {
        if (!context.response().ended() && !context.response().closed()) {
            context.response().putHeader("content-type", type).end(body);
        }
    }
}
