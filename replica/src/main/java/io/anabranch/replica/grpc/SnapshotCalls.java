package io.anabranch.replica.grpc;

import io.anabranch.proto.SegmentBytes;
import io.anabranch.proto.SegmentRequest;
import io.anabranch.proto.SnapshotReply;
import io.anabranch.proto.SnapshotRequest;
import io.anabranch.proto.SnapshotsGrpc;
import io.anabranch.replica.wire.MalformedMessageException;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The calls of snapshots. Any thread; callbacks come on a network thread and must not block. */
final class SnapshotCalls {

    private final RelayChannel channel;
    private final RelayAddress address;

    SnapshotCalls(RelayChannel channel, RelayAddress address) {
        this.channel = channel;
        this.address = address;
    }

    /** Asks for a snapshot; completes with the last reply. Cancelling it ends the call. */
    CompletableFuture<SnapshotReply> prepare(SnapshotRequest request, Consumer<SnapshotReply> onReply) {
        SnapshotReply[] last = new SnapshotReply[1];
        CompletableFuture<SnapshotReply> answer = new CompletableFuture<>();
        call(
                SnapshotsGrpc.getPrepareMethod(),
                request,
                answer,
                reply -> {
                    last[0] = reply;
                    onReply.accept(reply);
                },
                status -> {
                    SnapshotReply reply = last[0];
                    if (!status.isOk()) {
                        answer.completeExceptionally(SyncException.of(status, address));
                    } else if (reply == null) {
                        answer.completeExceptionally(
                                SyncException.of(new MalformedMessageException("the relay has no answer")));
                    } else {
                        answer.complete(reply);
                    }
                });
        return answer;
    }

    /**
     * Fetches a segment. When the connection is cut it goes on from where it was, as long as something comes.
     *
     * @param request with offset 0
     * @param onBytes called with the number of bytes of each piece
     */
    CompletableFuture<byte[]> fetch(SegmentRequest request, int size, Consumer<Integer> onBytes) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        new Fetch(request, new byte[size], onBytes, answer).start();
        return answer;
    }

    private final class Fetch {

        private final SegmentRequest request;
        private final byte[] segment;
        private final Consumer<Integer> onBytes;
        private final CompletableFuture<byte[]> answer;
        private int reached;
        private int startedAt;

        Fetch(SegmentRequest request, byte[] segment, Consumer<Integer> onBytes, CompletableFuture<byte[]> answer) {
            this.request = request;
            this.segment = segment;
            this.onBytes = onBytes;
            this.answer = answer;
        }

        void start() {
            startedAt = reached;
            call(
                    SnapshotsGrpc.getFetchMethod(),
                    request.toBuilder().setOffset(reached).build(),
                    answer,
                    this::take,
                    this::ended);
        }

        private void take(SegmentBytes piece) {
            int length = piece.getContent().size();
            if (length > segment.length - reached) {
                throw new MalformedMessageException("a segment is longer than it is said to be");
            }
            piece.getContent().copyTo(segment, reached);
            reached += length;
            onBytes.accept(length);
        }

        private void ended(Status status) {
            boolean cut = status.getCode() == Status.Code.UNAVAILABLE || status.getCode() == Status.Code.CANCELLED;
            if (cut && reached > startedAt && !answer.isDone()) {
                start();
            } else if (!status.isOk()) {
                answer.completeExceptionally(SyncException.of(status, address));
            } else if (reached < segment.length) {
                answer.completeExceptionally(
                        SyncException.of(new MalformedMessageException("a segment is shorter than it is said to be")));
            } else {
                answer.complete(segment);
            }
        }
    }

    private <Q, R> void call(
            MethodDescriptor<Q, R> method,
            Q request,
            CompletableFuture<?> answer,
            Consumer<R> onMessage,
            Consumer<Status> onEnd) {
        ClientCall<Q, R> call = channel.channel().newCall(method, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    private @Nullable RuntimeException refused;

                    @Override
                    public void onMessage(R message) {
                        try {
                            onMessage.accept(message);
                            call.request(1);
                        } catch (RuntimeException e) {
                            refused = e;
                            call.cancel("the message is refused", e);
                        }
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        if (refused != null) {
                            answer.completeExceptionally(SyncException.of(refused));
                        } else {
                            onEnd.accept(status);
                        }
                    }
                },
                new Metadata());
        call.request(1);
        call.sendMessage(request);
        call.halfClose();
        var unused = answer.whenComplete((done, failure) -> {
            if (answer.isCancelled()) {
                call.cancel("the call is not wanted any more", null);
            }
        });
    }
}
