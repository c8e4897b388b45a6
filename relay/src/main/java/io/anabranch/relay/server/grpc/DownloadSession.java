package io.anabranch.relay.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.DownloadRequest;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.session.Follower;
import io.anabranch.relay.session.RelayDownload;
import io.grpc.Status;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A download: makes a page when the one before is on the wire, and waits for hints when there is none to make. So a device
 * that is slow, or stuck, holds one page.
 */
final class DownloadSession implements CallSession {

    private static final long UNWRITTEN_SIZE_MAX = 16 << 10;

    private final GrpcCall call;
    private final SyncContext context;
    private final SyncMetrics metrics;
    private final AtomicBoolean hinted = new AtomicBoolean();
    private @Nullable Author author;
    private @Nullable RelayDownload download;
    private @Nullable Follower follower;

    DownloadSession(GrpcCall call, SyncContext context, SyncMetrics metrics) {
        this.call = call;
        this.context = context;
        this.metrics = metrics;
    }

    @Override
    public void begin() {
        Author known = context.author(call.caller());
        Scopes.Reader reader = new Scopes.Reader(known.replica(), known.user(), known.deviceType());
        Follower woken = context.feeds().follow(reader, this::hint);
        follower = woken;
        download = context.downloads().begin(reader, woken);
        context.opened(known);
        author = known;
        call.request();
    }

    @Override
    public void receive(byte[] message) {
        try {
            Objects.requireNonNull(download).receive(DownloadRequest.parseFrom(message));
        } catch (InvalidProtocolBufferException e) {
            throw CallFailures.malformed(e);
        }
        call.request();
        goOn();
    }

    /** A device that has what it came for and sends no more; one that did not want to stay is told everything all the same. */
    @Override
    public void halfClosed() {
        if (download != null && download.isLive()) {
            call.close(Status.OK);
        }
    }

    /** On the appender's thread; many hints make one look. */
    private void hint() {
        if (hinted.compareAndSet(false, true)) {
            call.lane().execute(() -> {
                hinted.set(false);
                goOn();
            });
        }
    }

    @Override
    public void written() {
        goOn();
    }

    @Override
    public void tick() {
        goOn();
    }

    private void goOn() {
        RelayDownload from = download;
        if (from == null) {
            return;
        }
        while (!call.isClosed() && call.unwrittenBytes() < UNWRITTEN_SIZE_MAX) {
            DownloadReply reply = from.next();
            if (reply == null) {
                break;
            }
            call.send(reply);
            if (reply.hasPage()) {
                metrics.pageMade(reply.getPage().getPatches().size());
            }
        }
        if (from.isDone()) {
            call.close(Status.OK);
        }
    }

    @Override
    public void closed() {
        if (follower != null) {
            follower.close();
        }
        if (author != null) {
            context.closed(author);
        }
    }
}
