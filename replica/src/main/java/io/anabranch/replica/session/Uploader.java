package io.anabranch.replica.session;

import com.google.protobuf.ByteString;
import io.anabranch.proto.ErrorReport;
import io.anabranch.proto.UploadHello;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.proto.UploadWelcome;
import io.anabranch.proto.Verdicts;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is pending, in order, and takes the verdicts.
 *
 * <p>Several batches are under way at a time, up to {@value #IN_FLIGHT_SIZE_MAX} bytes; whatever has no verdict when the
 * connection is lost is asked about, and sent again only if the relay does not have it.
 */
public final class Uploader implements SyncSession<UploadRequest, UploadReply> {

    static final int IN_FLIGHT_SIZE_MAX = 4 << 20;

    private final ReplicaState state;
    private final Deque<InFlight> inFlight = new ArrayDeque<>();
    private Phase phase = Phase.GREET;
    /** That of this connection. */
    private ByteString epoch = ByteString.EMPTY;

    private long inFlightSize;
    private long nextSeq;
    private long sentCommits;
    /** The version of what the relay was told of sync errors. */
    private long reportedErrors;
    /** Whether that was while it was not known of all commits what became of them. */
    private boolean reportedPartly;

    private Consumer<List<byte[]>> onSent = bodies -> {};

    private enum Phase {
        GREET,
        AWAIT_WELCOME,
        OPEN,
        /** The relay is in another epoch than the device. */
        APART
    }

    private record InFlight(long endSeq, int size) {}

    /** Works on a state. */
    public Uploader(ReplicaState state) {
        this.state = state;
    }

    /** Calls back with the bodies of the commits that are sent. */
    public void onSent(Consumer<List<byte[]>> listener) {
        onSent = listener;
    }

    @Override
    public void open() {
        phase = Phase.GREET;
        inFlight.clear();
        inFlightSize = 0;
    }

    @Override
    public @Nullable UploadRequest next() {
        return switch (phase) {
            case GREET -> hello();
            case AWAIT_WELCOME, APART -> null;
            case OPEN -> {
                if (reportedErrors != state.errors().version() || (reportedPartly && isDrained())) {
                    yield UploadRequest.newBuilder().setErrors(errors()).build();
                }
                yield inFlightSize < IN_FLIGHT_SIZE_MAX ? batch() : null;
            }
        };
    }

    @Override
    public void receive(UploadReply message) {
        switch (message.getMessageCase()) {
            case WELCOME -> welcome(message.getWelcome());
            case VERDICTS -> verdicts(message.getVerdicts());
            case CARRIED, EARLY ->
                throw new MalformedMessageException(
                        "a reply to an upload is of commits that this device does not carry");
            case MESSAGE_NOT_SET -> throw new MalformedMessageException("a reply to an upload is empty");
        }
    }

    /** Whether the relay has judged every commit made so far. */
    public boolean isDrained() {
        return state.firstUnjudgedSeq() > state.lastSeq();
    }

    /** Commits sent over all connections, repetitions included. */
    public long sentCommits() {
        return sentCommits;
    }

    /** Whether the device has to reconcile before it goes on; nothing more is taken on this connection. */
    public boolean isApart() {
        return phase == Phase.APART;
    }

    private UploadRequest hello() {
        phase = Phase.AWAIT_WELCOME;
        return UploadRequest.newBuilder()
                .setHello(UploadHello.newBuilder()
                        .setProtocol(WireLimits.PROTOCOL)
                        .setFirstUnjudgedSeq(state.firstUnjudgedSeq())
                        .setFirstErrorSeq(state.errors().firstSeq())
                        .setErrors(errors()))
                .build();
    }

    private ErrorReport errors() {
        reportedErrors = state.errors().version();
        reportedPartly = !isDrained();
        return state.errors().report();
    }

    private void welcome(UploadWelcome welcome) {
        if (phase != Phase.AWAIT_WELCOME) {
            throw new MalformedMessageException("a welcome is out of turn");
        } else if (!state.agreesOnEpoch(welcome.getEpoch())) {
            phase = Phase.APART;
            return;
        } else if (!state.isContinuedAt(welcome.getNextSeq(), welcome.getLink().toByteArray())) {
            throw new CopiedStoreException();
        } else if (welcome.getNextSeq() < state.firstUnjudgedSeq()
                && welcome.getForgivenThroughSeq() < state.firstUnjudgedSeq() - 1) {
            throw new MalformedMessageException("the relay has lost commits that it had accepted; restore it");
        }
        state.observeRelayClock(welcome.getRelayMillis());
        state.judge(welcome.getVerdicts());
        epoch = welcome.getEpoch();
        state.judge(welcome.getRevised());
        nextSeq = welcome.getNextSeq();
        phase = Phase.OPEN;
    }

    private void verdicts(Verdicts verdicts) {
        if (phase == Phase.OPEN && !state.agreesOnEpoch(epoch)) {
            phase = Phase.APART;
        }
        if (phase == Phase.APART) {
            return;
        } else if (phase != Phase.OPEN) {
            throw new MalformedMessageException("verdicts are out of turn");
        }
        state.judge(verdicts);
        while (!inFlight.isEmpty() && inFlight.getFirst().endSeq <= state.firstUnjudgedSeq()) {
            inFlightSize -= inFlight.removeFirst().size;
        }
    }

    private @Nullable UploadRequest batch() {
        SignedCommits commits = nextSeq > state.lastSeq() ? null : state.batchFrom(nextSeq);
        if (commits == null) {
            return null;
        }
        UploadRequest request =
                UploadRequest.newBuilder().setBatch(commits.toMessage()).build();
        nextSeq = commits.endSeq();
        sentCommits += commits.bodies().size();
        onSent.accept(commits.bodies());
        int size = request.getBatch().getPayload().size();
        inFlight.add(new InFlight(nextSeq, size));
        inFlightSize += size;
        return request;
    }
}
