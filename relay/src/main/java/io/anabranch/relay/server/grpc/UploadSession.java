package io.anabranch.relay.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.admission.Early;
import io.anabranch.relay.admission.RefusedBatchException;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.server.sequencer.Submission;
import io.anabranch.relay.session.RelayUpload;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.wire.MalformedMessageException;
import io.grpc.Status;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An upload: reads batches, verifies them on a worker, hands them to the sequencer, and sends verdicts.
 *
 * <p>Several batches may be under way, so that a device does not wait a round trip and a sync for each. No more are read while
 * too much is, while the sequencer is full, or while the device does not take its verdicts.
 */
final class UploadSession implements CallSession {

    static final int BATCHES_UNDER_WAY_MAX = 8;
    static final long SIZE_UNDER_WAY_MAX = 4 << 20;
    private static final long UNWRITTEN_SIZE_MAX = 64 << 10;

    private final GrpcCall call;
    private final SyncContext context;
    private final Consumer<VerdictRun> revised = this::revisedLater;
    private @Nullable Author author;
    private @Nullable RelayUpload upload;
    private @Nullable Submission refusedForRoom;
    private int batchesUnderWay;
    private long sizeUnderWay;
    private boolean requested;
    private boolean halfClosed;

    UploadSession(GrpcCall call, SyncContext context) {
        this.call = call;
        this.context = context;
    }

    @Override
    public void begin() {
        Author known = context.author(call.caller());
        upload = new RelayUpload(known, context.store(), context.clock()::millis, context.carriage());
        context.opened(known);
        context.connected().uploading(known.replica(), revised);
        author = known;
        goOn();
    }

    @Override
    public void receive(byte[] message) {
        requested = false;
        try {
            UploadRequest request = UploadRequest.parseFrom(message);
            Objects.requireNonNull(upload).receive(request).ifPresent(received -> verify(received, message.length));
        } catch (InvalidProtocolBufferException e) {
            throw CallFailures.malformed(e);
        }
        goOn();
    }

    private void verify(RelayUpload.Received received, int messageSize) {
        SignedCommits commits = received.commits();
        int size = messageSize
                + commits.bodies().stream().mapToInt(body -> body.length).sum();
        RelayUpload to = Objects.requireNonNull(upload);
        VerifiedCommits verified;
        try {
            verified = received.verify();
        } catch (MalformedMessageException e) {
            if (to.isOwn(commits.replica())) {
                throw e;
            }
            to.refused(commits.replica());
            return;
        }
        batchesUnderWay++;
        sizeUnderWay += size;
        submit(new Submission(verified, size, new Submission.Outcome() {
            @Override
            public void judged(List<VerdictRun> verdicts, Optional<Early> early) {
                call.lane().execute(() -> {
                    early.ifPresent(to::early);
                    UploadSession.this.judged(verdicts, size);
                });
            }

            @Override
            public void failed(RuntimeException why) {
                call.lane().execute(() -> UploadSession.this.failed(commits, size, why));
            }
        }));
    }

    private void failed(SignedCommits commits, int size, RuntimeException why) {
        if (!(why instanceof RefusedBatchException refused)
                || !Objects.requireNonNull(upload).goesOnAfter(commits, refused)) {
            throw why;
        }
        judged(List.of(), size);
    }

    private void submit(Submission submission) {
        refusedForRoom = null;
        if (!context.sequencer().offer(submission)) {
            refusedForRoom = submission;
            context.sequencer().whenRoom(() -> call.lane().execute(this::submitAgain));
        }
    }

    private void submitAgain() {
        if (refusedForRoom != null && !call.isClosed()) {
            submit(refusedForRoom);
            goOn();
        }
    }

    private void judged(List<VerdictRun> verdicts, int size) {
        batchesUnderWay--;
        sizeUnderWay -= size;
        Objects.requireNonNull(upload).judged(verdicts);
        goOn();
    }

    private void revisedLater(VerdictRun run) {
        call.lane().execute(() -> {
            if (!call.isClosed()) {
                Objects.requireNonNull(upload).revised(run);
                goOn();
            }
        });
    }

    @Override
    public void halfClosed() {
        halfClosed = true;
        goOn();
    }

    @Override
    public void written() {
        goOn();
    }

    /** Sends what there is to send; then reads on, or ends. */
    private void goOn() {
        if (upload == null || call.isClosed() || !isAllSent(upload)) {
            return;
        }
        if (halfClosed) {
            if (batchesUnderWay == 0) {
                call.close(Status.OK);
            }
        } else if (!requested && hasRoom()) {
            requested = true;
            call.request();
        }
    }

    private boolean isAllSent(RelayUpload from) {
        while (call.unwrittenBytes() < UNWRITTEN_SIZE_MAX) {
            UploadReply reply = from.next();
            if (reply == null) {
                return true;
            }
            call.send(reply);
        }
        return false;
    }

    private boolean hasRoom() {
        return refusedForRoom == null && batchesUnderWay < BATCHES_UNDER_WAY_MAX && sizeUnderWay < SIZE_UNDER_WAY_MAX;
    }

    @Override
    public void closed() {
        refusedForRoom = null;
        if (author != null) {
            context.connected().uploaded(author.replica(), revised);
            context.closed(author);
        }
    }
}
