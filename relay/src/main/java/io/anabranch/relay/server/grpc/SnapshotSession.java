package io.anabranch.relay.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.SnapshotReply;
import io.anabranch.proto.SnapshotRequest;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.scope.Scopes;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Asks for a snapshot until there is one, and tells how far it is. */
final class SnapshotSession implements CallSession {

    private final GrpcCall call;
    private final SyncContext sync;
    private final SnapshotContext context;
    private final AtomicBoolean hinted = new AtomicBoolean();
    private final Runnable listener = this::hint;
    private @Nullable SnapshotRequest request;
    private @Nullable SnapshotReply told;

    SnapshotSession(GrpcCall call, SyncContext sync, SnapshotContext context) {
        this.call = call;
        this.sync = sync;
        this.context = context;
    }

    static Scopes.Reader reader(SyncContext sync, GrpcCall call) {
        Author author = sync.author(call.caller());
        return new Scopes.Reader(author.replica(), author.user(), author.deviceType());
    }

    @Override
    public void begin() {
        call.request();
    }

    @Override
    public void receive(byte[] message) {
        try {
            request = SnapshotRequest.parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw CallFailures.malformed(e);
        }
        goOn();
        context.hints().listen(listener);
        if (call.isClosed()) {
            context.hints().ignore(listener);
        }
    }

    private void hint() {
        if (hinted.compareAndSet(false, true)) {
            call.lane().execute(() -> {
                hinted.set(false);
                goOn();
            });
        }
    }

    @Override
    public void tick() {
        goOn();
    }

    private void goOn() {
        SnapshotRequest asked = request;
        if (asked == null || call.isClosed() || call.unwrittenBytes() > 0) {
            return;
        }
        SnapshotReply reply = context.snapshots().ask(reader(sync, call), asked);
        if (!reply.equals(told)) {
            told = reply;
            call.send(reply);
        }
        if (!reply.hasProgress()) {
            context.hints().ignore(listener);
            call.close(Status.OK);
        }
    }

    @Override
    public void closed() {
        context.hints().ignore(listener);
    }
}
