package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import io.anabranch.proto.CarriedAsk;
import io.anabranch.proto.CarriedRun;
import io.anabranch.proto.CarriedState;
import io.anabranch.proto.CommitName;
import io.anabranch.proto.EarlyCommit;
import io.anabranch.proto.UploadHello;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.proto.UploadWelcome;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.admission.Early;
import io.anabranch.relay.admission.GapException;
import io.anabranch.relay.admission.Recovery;
import io.anabranch.relay.admission.RefusedBatchException;
import io.anabranch.relay.admission.RejectedCommits;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.ReplicaHead;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.replica.commit.CommitId;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One upload of one device: its commits come in, their verdicts go out.
 *
 * <p>A device may bring commits of others, which are judged as if their author had brought them. It asks first where the relay stands with
 * them; of a rejection it is told no more than the code.
 *
 * <p>The hello is answered with the number the relay expects next and the verdicts that the device has not seen; then come batches.
 * The shell has each batch verified and admitted, elsewhere and in the order they came, and hands the verdicts in when they
 * are durable. It bounds how many batches are under way, and with that what waits here.
 *
 * <pre>{@code
 * upload.receive(request).ifPresent(commits -> admit(commits, runs -> upload.judged(runs)));
 * while (transport.isReady() && (reply = upload.next()) != null) {
 *     transport.send(reply);
 * }
 * }</pre>
 */
public final class RelayUpload {

    /** Most runs of verdicts in one message. */
    static final int RUNS_PER_MESSAGE_MAX = 1_000;

    private static final int RUNS_PER_ASK_MAX = 1_000;

    private final Author author;
    private final RelayStore store;
    private final LongSupplier relayMillis;
    private final int runsMax;
    private final Carriage carriage;
    /** By replica, the last commit that was not judged because it was early, if it has not come again. */
    private final Map<Long, Long> earlySeqs = new HashMap<>();

    private final Queue<UploadReply> replies = new ArrayDeque<>();
    private boolean begun;
    private boolean welcomed;
    /** Verdicts to be repeated: from here to before the other. */
    private long repeatSeq;

    private long repeatEndSeq;

    private ByteString headLink = ByteString.EMPTY;
    /** From where on the device keeps rejections, 0 for none. */
    private long firstErrorSeq;

    /**
     * Commits that came.
     *
     * @param author whose they are; to be verified
     * @param alone whether they are to be judged without what they rest on
     * @param carriage opens what is sealed
     */
    public record Received(SignedCommits commits, Author author, boolean alone, Carriage carriage) {

        /**
         * Opens what is sealed, and checks the signature.
         *
         * @throws MalformedMessageException if it is not the author's, or was not sealed for this relay
         */
        public VerifiedCommits verify() {
            VerifiedCommits verified = VerifiedCommits.verify(opened(), author);
            return alone ? verified.alone() : verified;
        }

        private SignedCommits opened() {
            if (commits.sealed().isEmpty()) {
                return commits;
            }
            List<byte[]> bodies = new ArrayList<>(commits.bodies());
            commits.sealed()
                    .forEach((index, content) -> bodies.set(
                            index,
                            carriage.open(content.hash(), content.content())
                                    .orElseThrow(() -> new MalformedMessageException(
                                            "a sealed commit was not sealed for this relay"))));
            return new SignedCommits(
                    commits.replica(), commits.firstSeq(), commits.previousLink(), bodies, commits.signature());
        }
    }

    /**
     * An upload that waits for its hello.
     *
     * @param author the device, as its certificate says
     * @param relayMillis the relay's clock, ms since 1970
     * @param carriage for what it brings for others
     */
    public RelayUpload(Author author, RelayStore store, LongSupplier relayMillis, Carriage carriage) {
        this(author, store, relayMillis, carriage, RUNS_PER_MESSAGE_MAX);
    }

    RelayUpload(Author author, RelayStore store, LongSupplier relayMillis, Carriage carriage, int runsMax) {
        this.author = author;
        this.carriage = carriage;
        this.store = store;
        this.relayMillis = relayMillis;
        this.runsMax = runsMax;
    }

    /**
     * Takes a message.
     *
     * @return commits to be verified and admitted, empty if there is nothing to do
     * @throws MalformedMessageException if the message is malformed, out of turn or of another protocol
     */
    public Optional<Received> receive(UploadRequest request) {
        if (request.hasHello()) {
            hello(request.getHello());
            return Optional.empty();
        }
        require(begun, "an upload begins with a hello");
        if (request.hasCarried()) {
            asked(request.getCarried());
            return Optional.empty();
        } else if (request.hasErrors()) {
            new RejectedCommits(store).keep(author.replica(), request.getErrors());
            return Optional.empty();
        }
        require(request.hasBatch(), "an upload's message is empty");
        SignedCommits commits = SignedCommits.of(request.getBatch());
        earlySeqs.computeIfPresent(commits.replica(), (replica, seq) -> commits.firstSeq() <= seq ? null : seq);
        if (isOwn(commits.replica())) {
            return Optional.of(new Received(commits, author, request.getAlone(), carriage));
        }
        Optional<Author> other = carriage.author(commits.replica());
        if (other.isEmpty()) {
            refused(commits.replica());
        }
        return other.map(known -> new Received(commits, known, false, carriage));
    }

    /** Whether a replica is the device's own. */
    public boolean isOwn(long replica) {
        return replica == author.replica();
    }

    private void asked(CarriedAsk ask) {
        require(ask.getRunsCount() <= RUNS_PER_ASK_MAX, "a device asks of too many replicas at once");
        try (RelayView view = store.view()) {
            for (CarriedRun run : ask.getRunsList()) {
                require(run.getFirstSeq() >= 1, "a sequence number is out of range");
                if (isOwn(run.getReplica()) || carriage.author(run.getReplica()).isEmpty()) {
                    refused(run.getReplica());
                    continue;
                }
                long nextSeq = view.replicaHead(run.getReplica()).nextSeq();
                List<VerdictRun> runs = run.getFirstSeq() < nextSeq
                        ? view.verdicts(run.getReplica(), run.getFirstSeq(), nextSeq, Integer.MAX_VALUE)
                        : List.of();
                carried(run.getReplica(), nextSeq, runs);
            }
        }
    }

    private void carried(long replica, long nextSeq, List<VerdictRun> runs) {
        int from = 0;
        do {
            List<VerdictRun> part = runs.subList(from, Math.min(runs.size(), from + runsMax));
            from += runsMax;
            replies.add(UploadReply.newBuilder()
                    .setCarried(CarriedState.newBuilder()
                            .setReplica(replica)
                            .setNextSeq(nextSeq)
                            .setVerdicts(VerdictMessages.withoutDetails(part)))
                    .build());
        } while (from < runs.size());
    }

    /** Commits of another replica will never be taken: nobody knows it, or they are of another history than its own. */
    public void refused(long replica) {
        replies.add(UploadReply.newBuilder()
                .setCarried(CarriedState.newBuilder().setReplica(replica).setRefused(true))
                .build());
    }

    /**
     * A batch that was received was refused.
     *
     * @return whether the upload goes on all the same: what follows a commit that was early has no place either, and nothing of what others
     *     wrote is a reason to end it
     */
    public boolean goesOnAfter(SignedCommits commits, RefusedBatchException why) {
        long replica = commits.replica();
        if (why instanceof GapException && earlySeqs.getOrDefault(replica, Long.MAX_VALUE) < commits.firstSeq()) {
            return true;
        } else if (isOwn(replica)) {
            return false;
        } else if (why instanceof GapException) {
            CommitId first = new CommitId(replica, commits.firstSeq());
            early(new Early(first, new CommitId(replica, commits.firstSeq() - 1)));
        } else {
            refused(replica);
        }
        return true;
    }

    /** A commit of a batch that was received was not judged, nor those after it. */
    public void early(Early early) {
        earlySeqs.put(early.commit().replica(), early.commit().seq());
        replies.add(UploadReply.newBuilder()
                .setEarly(
                        EarlyCommit.newBuilder().setCommit(name(early.commit())).setRestsOn(name(early.restsOn())))
                .build());
    }

    private static CommitName name(CommitId id) {
        return CommitName.newBuilder().setReplica(id.replica()).setSeq(id.seq()).build();
    }

    /**
     * Takes the verdicts on a batch that was received.
     *
     * @param runs in order, as admission gave them, once they are durable
     */
    public void judged(List<VerdictRun> runs) {
        if (!runs.isEmpty() && !isOwn(runs.get(0).replica())) {
            carried(runs.get(0).replica(), runs.get(runs.size() - 1).endSeq(), runs);
            return;
        }
        for (int from = 0; from < runs.size(); from += runsMax) {
            own(runs.subList(from, Math.min(runs.size(), from + runsMax)));
        }
    }

    /**
     * Takes the verdict on a commit that was rejected before and was judged again. Before the hello it is not needed: the welcome tells of
     * it.
     */
    public void revised(VerdictRun run) {
        if (begun) {
            own(List.of(run));
        }
    }

    private void own(List<VerdictRun> runs) {
        replies.add(
                UploadReply.newBuilder().setVerdicts(VerdictMessages.of(runs)).build());
    }

    /** The next reply, null if there is none until something is received or judged. May wait for the disk. */
    public @Nullable UploadReply next() {
        if (begun && (!welcomed || repeatSeq < repeatEndSeq)) {
            return repeat();
        }
        return replies.poll();
    }

    private void hello(UploadHello hello) {
        require(!begun, "an upload has one hello");
        require(
                hello.getProtocol() == WireLimits.PROTOCOL,
                "the protocol's version is not known; update the application");
        require(hello.getFirstUnjudgedSeq() >= 1, "a sequence number is out of range");
        try (RelayView view = store.view()) {
            repeatSeq = hello.getFirstUnjudgedSeq();
            firstErrorSeq = hello.getFirstErrorSeq();
            ReplicaHead head = view.replicaHead(author.replica());
            repeatEndSeq = head.nextSeq();
            headLink = ByteString.copyFrom(head.link());
        }
        new RejectedCommits(store).keep(author.replica(), hello.getErrors());
        begun = true;
    }

    private UploadReply repeat() {
        List<VerdictRun> runs;
        List<VerdictRun> revised;
        try (RelayView view = store.view()) {
            revised = welcomed || firstErrorSeq == 0 ? List.of() : revised(view);
            runs = view.verdicts(author.replica(), repeatSeq, repeatEndSeq, runsMax);
        }
        repeatSeq = runs.isEmpty() ? repeatEndSeq : runs.get(runs.size() - 1).endSeq();
        UploadReply.Builder reply = UploadReply.newBuilder();
        if (welcomed) {
            return reply.setVerdicts(VerdictMessages.of(runs)).build();
        }
        welcomed = true;
        return reply.setWelcome(UploadWelcome.newBuilder()
                        .setNextSeq(repeatEndSeq)
                        .setLink(headLink)
                        .setEpoch(Epochs.id(store))
                        .setForgivenThroughSeq(new Recovery(store).forgivenThrough(author.replica()))
                        .setVerdicts(VerdictMessages.of(runs))
                        .setRevised(VerdictMessages.of(revised))
                        .setRelayMillis(relayMillis.getAsLong()))
                .build();
    }

    /** What the device keeps as rejected and was judged again since; as much as fits, the rest the next time. */
    private List<VerdictRun> revised(RelayView view) {
        List<VerdictRun> revised = new ArrayList<>();
        for (long seq : new RejectedCommits(store).judgedAgain(author.replica())) {
            if (seq >= firstErrorSeq && seq < repeatSeq && revised.size() < runsMax) {
                revised.addAll(view.verdicts(author.replica(), seq, seq + 1, 1));
            }
        }
        return revised;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new MalformedMessageException(message);
        }
    }
}
