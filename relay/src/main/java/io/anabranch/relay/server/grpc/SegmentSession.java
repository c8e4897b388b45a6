package io.anabranch.relay.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.anabranch.proto.SegmentBytes;
import io.anabranch.proto.SegmentRequest;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.snapshot.FetchTurns;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Sends a segment, when it is its turn: a piece when the one before is on the wire. */
final class SegmentSession implements CallSession {

    private static final int PIECE_SIZE = 256 << 10;
    private static final long UNWRITTEN_SIZE_MAX = PIECE_SIZE / 4;

    private final GrpcCall call;
    private final SyncContext sync;
    private final SnapshotContext context;
    private @Nullable SegmentRequest request;
    private Scopes.@Nullable Reader reader;
    private FetchTurns.@Nullable Turn turn;
    private boolean begun;
    private long offset;

    SegmentSession(GrpcCall call, SyncContext sync, SnapshotContext context) {
        this.call = call;
        this.sync = sync;
        this.context = context;
    }

    @Override
    public void begin() {
        call.request();
    }

    @Override
    public void receive(byte[] message) {
        try {
            SegmentRequest asked = SegmentRequest.parseFrom(message);
            request = asked;
            offset = asked.getOffset();
        } catch (InvalidProtocolBufferException e) {
            throw CallFailures.malformed(e);
        }
        Scopes.Reader known = SnapshotSession.reader(sync, call);
        reader = known;
        turn = context.turns()
                .ask(
                        known.replica(),
                        () -> call.lane().execute(() -> {
                            begun = true;
                            goOn();
                        }));
    }

    @Override
    public void written() {
        goOn();
    }

    private void goOn() {
        SegmentRequest asked = request;
        Scopes.Reader asking = reader;
        if (!begun || asked == null || asking == null) {
            return;
        }
        while (!call.isClosed() && call.unwrittenBytes() < UNWRITTEN_SIZE_MAX) {
            byte[] piece = context.snapshots().read(asking, asked, offset, PIECE_SIZE);
            if (piece == null) {
                call.close(Status.NOT_FOUND.withDescription("the snapshot is not there any more; ask for another one"));
            } else if (piece.length == 0) {
                call.close(Status.OK);
            } else {
                call.send(SegmentBytes.newBuilder()
                        .setContent(UnsafeByteOperations.unsafeWrap(piece))
                        .build());
                offset += piece.length;
            }
        }
    }

    @Override
    public void closed() {
        FetchTurns.Turn held = turn;
        if (held != null) {
            context.turns().end(held);
        }
    }
}
