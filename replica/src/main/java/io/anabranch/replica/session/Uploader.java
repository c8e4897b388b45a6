package io.anabranch.replica.session;

import com.google.protobuf.ByteString;
import io.anabranch.proto.CarriedAsk;
import io.anabranch.proto.CarriedState;
import io.anabranch.proto.CommitName;
import io.anabranch.proto.EarlyCommit;
import io.anabranch.proto.ErrorReport;
import io.anabranch.proto.UploadHello;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.proto.UploadWelcome;
import io.anabranch.proto.Verdicts;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitId;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is pending, in order, and takes the verdicts.
 *
 * <p>After its own commits, or before them where they rest on those, come the ones that the device carries for others, each author's in
 * order. What the relay does not judge because it rests on what the relay does not have stays here.
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

    private final CarriedUpload carried;
    /** The own commits up to here are to be judged without what they rest on, which is not here. */
    private long aloneThroughSeq;
    /** What the relay has to be given before the next own one; null if it has said nothing of the kind. */
    private @Nullable CommitId waitsFor;
    /** The last own one that was early, and how often. */
    private long earlySeq;

    private int earlyCount;

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

    private record InFlight(long replica, long endSeq, int size) {}

    /** Says what can be sent now. */
    interface Choice {

        /** Of a batch all, or what was signed together, or nothing. */
        @Nullable
        SignedCommits of(SignedCommits batch, Supplier<@Nullable SignedCommits> group);

        /** Whether the relay has a commit, or has been sent it, or cannot be sent it from here. */
        boolean isSent(CommitId id);
    }

    /** Works on a state. */
    public Uploader(ReplicaState state) {
        this.state = state;
        this.carried = new CarriedUpload(state.carried());
    }

    /** Calls back with the bodies of the commits that are sent. */
    public void onSent(Consumer<List<byte[]>> listener) {
        onSent = listener;
    }

    @Override
    public void open() {
        phase = Phase.GREET;
        inFlight.clear();
        carried.open();
        aloneThroughSeq = 0;
        waitsFor = null;
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
                yield inFlightSize < IN_FLIGHT_SIZE_MAX ? send() : null;
            }
        };
    }

    @Override
    public void receive(UploadReply message) {
        switch (message.getMessageCase()) {
            case WELCOME -> welcome(message.getWelcome());
            case VERDICTS -> verdicts(message.getVerdicts());
            case CARRIED -> carried(message.getCarried());
            case EARLY -> early(message.getEarly());
            case MESSAGE_NOT_SET -> throw new MalformedMessageException("a reply to an upload is empty");
        }
    }

    /** Whether the relay has judged every commit made so far, and all that is carried and that it can judge. */
    public boolean isDrained() {
        return state.firstUnjudgedSeq() > state.lastSeq() && carried.isDone();
    }

    /** Whether there is something to say or to hear: commits that are to be judged, or sync errors, of which either side may have news. */
    public boolean isNeeded() {
        return !isDrained()
                || state.errors().count() > 0
                || reportedErrors != state.errors().version();
    }

    /** Whether all that was to be said and heard on this connection was. */
    public boolean isSettled() {
        return isDrained() && (phase == Phase.OPEN || phase == Phase.APART || !isNeeded());
    }

    /** Whether the relay has judged all that is carried for others and that it can be given on this connection. */
    public boolean isCarriedDone() {
        return carried.isDone();
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
        if (isOpen()) {
            state.judge(verdicts);
            settle(state.replica(), state.firstUnjudgedSeq());
        }
    }

    /** Whether what comes is to be taken. */
    private boolean isOpen() {
        if (phase == Phase.OPEN && !state.agreesOnEpoch(epoch)) {
            phase = Phase.APART;
        }
        if (phase != Phase.OPEN && phase != Phase.APART) {
            throw new MalformedMessageException("verdicts are out of turn");
        }
        return phase == Phase.OPEN;
    }

    private void carried(CarriedState message) {
        if (isOpen()) {
            carried.state(message);
            settle(message.getReplica(), message.getRefused() ? Long.MAX_VALUE : message.getNextSeq());
        }
    }

    /** What was sent from a commit on is not judged: it rests on another one, which the relay does not have. */
    private void early(EarlyCommit message) {
        if (!isOpen()) {
            return;
        }
        CommitId commit = id(message.getCommit());
        settle(commit.replica(), Long.MAX_VALUE);
        CommitId restsOn = id(message.getRestsOn());
        if (commit.replica() != state.replica()) {
            boolean isOwn = restsOn.replica() == state.replica();
            carried.early(commit, restsOn, isOwn || state.carried().isUnjudged(restsOn));
        } else if (commit.seq() < 1 || commit.seq() > state.lastSeq()) {
            throw new MalformedMessageException("a commit that was never made is early");
        } else {
            nextSeq = commit.seq();
            waitsFor = restsOn;
            earlyCount = commit.seq() == earlySeq ? earlyCount + 1 : 1;
            earlySeq = commit.seq();
            if (!state.carried().isUnjudged(restsOn)
                    || carried.isParked(restsOn.replica())
                    || earlyCount > CarriedUpload.EARLY_MAX) {
                aloneThroughSeq = commit.seq();
                waitsFor = null;
            }
        }
    }

    private static CommitId id(CommitName name) {
        return new CommitId(name.getReplica(), name.getSeq());
    }

    private void settle(long replica, long endSeq) {
        for (Iterator<InFlight> sent = inFlight.iterator(); sent.hasNext(); ) {
            InFlight batch = sent.next();
            if (batch.replica == replica && batch.endSeq <= endSeq) {
                inFlightSize -= batch.size;
                sent.remove();
            }
        }
    }

    private @Nullable UploadRequest send() {
        CarriedAsk ask = carried.ask();
        if (ask != null) {
            return UploadRequest.newBuilder().setCarried(ask).build();
        }
        SignedCommits own = nextSeq > state.lastSeq() ? null : state.batchFrom(nextSeq);
        boolean waits = waitsFor != null && !isSent(waitsFor);
        SignedCommits chosen = own == null || waits ? null : ready.of(own, () -> state.groupFrom(nextSeq));
        if (chosen == null) {
            chosen = carried.next(ready);
        }
        if (chosen == null && inFlight.isEmpty() && !carried.isAsking()) {
            // What is left waits for what cannot be sent from here.
            chosen = own;
            aloneThroughSeq = own == null ? aloneThroughSeq : own.firstSeq();
            carried.giveUp();
        }
        return chosen == null ? null : batch(chosen);
    }

    /** What rests on nothing that the relay is yet to be sent. */
    private final Choice ready = new Choice() {
        @Override
        public @Nullable SignedCommits of(SignedCommits batch, Supplier<@Nullable SignedCommits> group) {
            if (isReady(batch)) {
                return batch;
            }
            SignedCommits first = group.get();
            if (first != null && isReady(first)) {
                return first;
            }
            // The relay takes the beginning of it, and says what the rest waits for.
            return isReady(batch.bodies().get(0)) ? batch : null;
        }

        @Override
        public boolean isSent(CommitId id) {
            return Uploader.this.isSent(id);
        }
    };

    private boolean isSent(CommitId id) {
        return id.replica() == state.replica() ? id.seq() < nextSeq : carried.isSent(id);
    }

    private boolean isReady(SignedCommits commits) {
        if (state.carried().count() == 0) {
            return true;
        }
        return commits.bodies().stream().allMatch(this::isReady);
    }

    private boolean isReady(byte[] body) {
        return Commit.depends(body).stream().allMatch(this::isSent);
    }

    private UploadRequest batch(SignedCommits commits) {
        boolean isOwn = commits.replica() == state.replica();
        UploadRequest request = UploadRequest.newBuilder()
                .setBatch(commits.toMessage())
                .setAlone(isOwn && commits.firstSeq() <= aloneThroughSeq)
                .build();
        if (isOwn) {
            waitsFor = null;
            nextSeq = commits.endSeq();
            sentCommits += commits.bodies().size();
            onSent.accept(commits.bodies());
        }
        int size = request.getBatch().getPayload().size();
        inFlight.add(new InFlight(commits.replica(), commits.endSeq(), size));
        inFlightSize += size;
        return request;
    }
}
