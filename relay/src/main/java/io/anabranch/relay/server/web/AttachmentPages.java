package io.anabranch.relay.server.web;

import io.anabranch.relay.administration.DeviceTable;
import io.anabranch.relay.attachment.RelayAttachments;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.replica.attachment.ContentReader;
import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.identity.PeerCertificate;
import io.vertx.core.Context;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Attachments by hash, whole or in part: for the office, and for devices by their certificate as their rights say. What could run in
 * a browser is given to be saved and not shown, and what is shown is in a sandbox. Thread-safe.
 */
public final class AttachmentPages {

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'";
    private static final Set<String> SHOWN =
            Set.of("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "audio/mpeg", "video/mp4");

    private final RelayAttachments attachments;
    private final DeviceTable devices;
    private final Executor workers;

    /** Pages of these attachments, for these devices; the disk is asked on these workers. */
    public AttachmentPages(RelayAttachments attachments, DeviceTable devices, Executor workers) {
        this.attachments = attachments;
        this.devices = devices;
        this.workers = workers;
    }

    /** What is answered with. */
    private record Found(AttachmentRef ref, ContentReader content) {}

    void handle(RoutingContext routing) {
        String hash = routing.pathParam("hash");
        if (!ContentHash.isOne(hash)) {
            notFound(routing);
            return;
        }
        HttpServerRequest request = routing.request();
        request.pause();
        Context context = routing.vertx().getOrCreateContext();
        workers.execute(() -> {
            try {
                Optional<Found> found = find(new ContentHash(hash), request.connection());
                context.runOnContext(none -> {
                    request.resume();
                    found.ifPresentOrElse(content -> answer(routing, context, content), () -> notFound(routing));
                });
            } catch (RuntimeException e) {
                context.runOnContext(none -> routing.fail(500, e));
            }
        });
    }

    private Optional<Found> find(ContentHash hash, HttpConnection connection) {
        return reference(hash, connection)
                .flatMap(ref -> attachments.store().read(hash).map(content -> new Found(ref, content)));
    }

    private Optional<AttachmentRef> reference(ContentHash hash, HttpConnection connection) {
        Optional<PeerCertificate> shown = OfficeOnly.certificate(connection);
        if (shown.isPresent() && !shown.get().administrator()) {
            long replica = shown.get().replica().getAsLong();
            String user = shown.get().user();
            return devices.device(replica)
                    .filter(known -> known.getUser().equals(user) && known.getRevokedMillis() == 0)
                    .map(known -> attachments.given(hash, new Scopes.Reader(replica, user, known.getType())))
                    .filter(RelayAttachments.Given::isGiven)
                    .flatMap(RelayAttachments.Given::ref);
        }
        return OfficeOnly.isOffice(connection) ? attachments.reference(hash) : Optional.empty();
    }

    private void answer(RoutingContext routing, Context context, Found found) {
        HttpServerRequest request = routing.request();
        HttpServerResponse response = routing.response();
        String tag = '"' + found.ref.hash().hex() + '"';
        response.putHeader("etag", tag)
                .putHeader("accept-ranges", "bytes")
                .putHeader("cache-control", "private, no-cache")
                .putHeader("content-security-policy", POLICY);
        String ifNoneMatch = request.getHeader("if-none-match");
        if (ifNoneMatch != null && (ifNoneMatch.strip().equals("*") || ifNoneMatch.contains(tag))) {
            response.setStatusCode(304).end();
            close(found);
            return;
        }
        String ifRange = request.getHeader("if-range");
        boolean ranged = ifRange == null || ifRange.strip().equals(tag);
        long size = found.content.list().size();
        ByteRange range = ByteRange.parse(ranged ? request.getHeader("range") : null, size);
        if (range.kind() == ByteRange.Kind.UNSATISFIABLE) {
            response.setStatusCode(416).putHeader("content-range", "bytes */" + size);
            WebConsole.end(routing, TEXT, "The attachment has no such range.\n");
            close(found);
            return;
        }
        head(response, found.ref, range, size);
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end();
            close(found);
        } else {
            new ContentPump(found.content, response, context, workers).start(range);
        }
    }

    private static void head(HttpServerResponse response, AttachmentRef ref, ByteRange range, long size) {
        if (range.kind() == ByteRange.Kind.PART) {
            response.setStatusCode(206)
                    .putHeader("content-range", "bytes " + range.first() + "-" + (range.end() - 1) + "/" + size);
        }
        String name = URLEncoder.encode(ref.name().isEmpty() ? "attachment" : ref.name(), StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
        response.putHeader("content-type", ref.mediaType())
                .putHeader("content-length", Long.toString(range.size()))
                .putHeader(
                        "content-disposition",
                        (SHOWN.contains(ref.mediaType()) ? "inline" : "attachment") + "; filename*=UTF-8''" + name);
    }

    private void close(Found found) {
        workers.execute(found.content::close);
    }

    /** The same for what is not there and for what the caller may not read. */
    private static void notFound(RoutingContext routing) {
        routing.response().setStatusCode(404);
        WebConsole.end(routing, TEXT, "The relay does not have this attachment, or not yet.\n");
    }
}
