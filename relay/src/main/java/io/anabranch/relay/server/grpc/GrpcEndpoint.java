package io.anabranch.relay.server.grpc;

import io.anabranch.proto.AttachmentsGrpc;
import io.anabranch.proto.ReconcileGrpc;
import io.anabranch.proto.SnapshotsGrpc;
import io.anabranch.proto.SyncGrpc;
import io.anabranch.relay.administration.BackupWriter;
import io.anabranch.relay.administration.EnrolmentDesk;
import io.anabranch.relay.administration.RelayAdministration;
import io.anabranch.relay.attachment.RelayAttachments;
import io.anabranch.replica.wire.WireLimits;
import io.grpc.Status;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * Turns HTTP/2 requests whose content type is gRPC's into calls of the methods it serves. Thread-safe: any number of event
 * loops may hand it their requests.
 */
public final class GrpcEndpoint implements Handler<HttpServerRequest>, AutoCloseable {

    private static final String CONTENT_TYPE = "application/grpc";

    /** A hello with its cursor, or a report. */
    private static final int DOWNLOAD_REQUEST_SIZE_MAX = 64 << 10;

    private static final int SNAPSHOT_REQUEST_SIZE_MAX = 1 << 10;

    private static final Status STOPPING = Status.UNAVAILABLE.withDescription("the relay is stopping");

    private static final byte[] PING = new byte[8];

    private final Map<String, GrpcMethod> methods;
    private final Executor workers;
    private final SyncMetrics metrics;
    private final Set<GrpcCall> calls = ConcurrentHashMap.newKeySet();
    private final long intervalNanos;
    private volatile long sweptNanos = System.nanoTime();
    private volatile boolean closing;

    /** Serves these methods, with sessions on these workers, and is swept at an interval. */
    GrpcEndpoint(Collection<GrpcMethod> methods, Executor workers, SyncMetrics metrics, Duration interval) {
        this.intervalNanos = interval.toNanos();
        this.methods = methods.stream().collect(Collectors.toUnmodifiableMap(GrpcMethod::path, Function.identity()));
        this.workers = workers;
        this.metrics = metrics;
    }

    /** An endpoint with the relay's services; {@link #sweep} is called at this interval. */
    public static GrpcEndpoint of(Services services, Executor workers, SyncMetrics metrics, Duration interval) {
        List<GrpcMethod> methods = new ArrayList<>(RelayServices.enrolment(services.desk));
        methods.addAll(RelayServices.administration(services.administration));
        methods.add(RelayServices.backup(services.backup));
        methods.addAll(TrustServices.methods(services.trust));
        SyncContext sync = services.sync;
        methods.add(new GrpcMethod(
                RelayServices.path(SyncGrpc.getUploadMethod()),
                WireLimits.MESSAGE_SIZE_MAX,
                call -> new UploadSession(call, sync)));
        methods.add(new GrpcMethod(
                RelayServices.path(SyncGrpc.getDownloadMethod()),
                DOWNLOAD_REQUEST_SIZE_MAX,
                call -> new DownloadSession(call, sync, metrics)));
        methods.add(new GrpcMethod(
                RelayServices.path(ReconcileGrpc.getReconcileMethod()),
                WireLimits.MESSAGE_SIZE_MAX,
                call -> new ReconcileSession(call, sync)));
        AttachmentContext attachments = new AttachmentContext(services.attachments, sync);
        methods.add(new GrpcMethod(
                RelayServices.path(AttachmentsGrpc.getAskMethod()),
                AttachmentAskSession.MESSAGE_SIZE_MAX,
                call -> new AttachmentAskSession(call, attachments)));
        methods.add(new GrpcMethod(
                RelayServices.path(AttachmentsGrpc.getPutMethod()),
                AttachmentPutSession.MESSAGE_SIZE_MAX,
                call -> new AttachmentPutSession(call, attachments)));
        methods.add(new GrpcMethod(
                RelayServices.path(AttachmentsGrpc.getGetMethod()),
                AttachmentGetSession.MESSAGE_SIZE_MAX,
                call -> new AttachmentGetSession(call, attachments)));
        SnapshotContext snapshots = services.snapshots;
        methods.add(new GrpcMethod(
                RelayServices.path(SnapshotsGrpc.getPrepareMethod()),
                SNAPSHOT_REQUEST_SIZE_MAX,
                call -> new SnapshotSession(call, sync, snapshots)));
        methods.add(new GrpcMethod(
                RelayServices.path(SnapshotsGrpc.getFetchMethod()),
                SNAPSHOT_REQUEST_SIZE_MAX,
                call -> new SegmentSession(call, sync, snapshots)));
        return new GrpcEndpoint(methods, workers, metrics, interval);
    }

    /**
     * What is behind the relay's services.
     *
     * @param desk enrols devices
     * @param administration for administrators
     * @param sync for devices
     * @param attachments for devices
     * @param snapshots for devices that are to have much at once
     * @param backup for administrators
     * @param trust for devices
     */
    public record Services(
            EnrolmentDesk desk,
            RelayAdministration administration,
            SyncContext sync,
            RelayAttachments attachments,
            SnapshotContext snapshots,
            BackupWriter backup,
            TrustContext trust) {}

    /** Whether this request is for gRPC. */
    public static boolean accepts(HttpServerRequest request) {
        String type = request.getHeader("content-type");
        return type != null && type.startsWith(CONTENT_TYPE);
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2
                || !request.method().equals(HttpMethod.POST)
                || !isProtobuf(request.getHeader("content-type"))) {
            request.response().setStatusCode(415).end("gRPC is served over HTTP/2, by POST, with application/grpc.\n");
            return;
        }
        GrpcMethod method = methods.get(request.path());
        if (closing) {
            refuse(request, STOPPING);
        } else if (method == null) {
            refuse(request, Status.UNIMPLEMENTED.withDescription("no such method"));
        } else {
            begin(request, method);
        }
    }

    private static void refuse(HttpServerRequest request, Status status) {
        request.response().putHeader("content-type", CONTENT_TYPE);
        StatusTrailers.put(request.response().headers(), status);
        request.response().end();
    }

    private static boolean isProtobuf(String type) {
        return type.equals(CONTENT_TYPE) || type.equals(CONTENT_TYPE + "+proto");
    }

    private void begin(HttpServerRequest request, GrpcMethod method) {
        GrpcCall[] call = new GrpcCall[1];
        call[0] =
                GrpcCall.begin(request, method, Vertx.currentContext(), workers, metrics, () -> calls.remove(call[0]));
        calls.add(call[0]);
    }

    /**
     * Looks after connections; called at an interval. Peers are pinged, so that one that is gone falls silent and its
     * connection runs into the server's read timeout; one that takes nothing of what it is sent for one to two
     * intervals is cut off, unless this process itself was asleep meanwhile.
     */
    public void sweep() {
        long nowNanos = System.nanoTime();
        long sinceNanos = nowNanos - sweptNanos;
        sweptNanos = nowNanos;
        boolean wasAwake = sinceNanos > intervalNanos / 2 && sinceNanos < intervalNanos + intervalNanos / 2;
        if (wasAwake) {
            calls.forEach(GrpcCall::cutIfStalled);
        }
        calls.forEach(GrpcCall::tick);
        calls.stream().map(GrpcCall::connection).distinct().forEach(connection -> connection.ping(Buffer.buffer(PING)));
    }

    /** Ends the calls of devices that were revoked, except those of the service that tells them about it. Looks at all calls. */
    public void cut(LongPredicate revoked) {
        calls.stream()
                .filter(call -> isOf(call, revoked) && !call.path().startsWith(TrustServices.PREFIX))
                .forEach(call -> call.close(RevokedException.STATUS));
    }

    private static boolean isOf(GrpcCall call, LongPredicate replicas) {
        return call.caller()
                .certificate()
                .flatMap(shown -> shown.replica().stream().boxed().findFirst())
                .filter(replicas::test)
                .isPresent();
    }

    /** Has all calls look around: there is something to tell. */
    public void tick() {
        calls.forEach(GrpcCall::tick);
    }

    /** Ends all calls: the relay is stopping, and the devices will come back. */
    @Override
    public void close() {
        closing = true;
        calls.forEach(call -> call.close(STOPPING));
    }
}
