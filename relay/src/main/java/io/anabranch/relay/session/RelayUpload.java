package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import io.anabranch.proto.UploadHello;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.proto.UploadWelcome;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.admission.Recovery;
import io.anabranch.relay.admission.RejectedCommits;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.ReplicaHead;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One upload of one device: its commits come in, their verdicts go out.
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

    private final Author author;
    private final RelayStore store;
    private final LongSupplier relayMillis;
    private final int runsMax;
    private final Queue<List<VerdictRun>> judged = new ArrayDeque<>();
    private boolean begun;
    private boolean welcomed;
    /** Verdicts to be repeated: from here to before the other. */
    private long repeatSeq;

    private long repeatEndSeq;

    private ByteString headLink = ByteString.EMPTY;
    /** From where on the device keeps rejections, 0 for none. */
    private long firstErrorSeq;

    /**
     * An upload that waits for its hello.
     *
     * @param author the device, as its certificate says
     * @param relayMillis the relay's clock, ms since 1970
     */
    public RelayUpload(Author author, RelayStore store, LongSupplier relayMillis) {
        this(author, store, relayMillis, RUNS_PER_MESSAGE_MAX);
    }

    RelayUpload(Author author, RelayStore store, LongSupplier relayMillis, int runsMax) {
        this.author = author;
        this.store = store;
        this.relayMillis = relayMillis;
        this.runsMax = runsMax;
    }

    /**
     * Takes a message.
     *
     * @return commits to be verified and admitted, empty if there is nothing to do
     * @throws MalformedMessageException if the message is malformed, out of turn or of another protocol, or if the commits are
     *     of another replica
     */
    public Optional<SignedCommits> receive(UploadRequest request) {
        if (request.hasHello()) {
            hello(request.getHello());
            return Optional.empty();
        }
        require(begun, "an upload begins with a hello");
        if (request.hasErrors()) {
            new RejectedCommits(store).keep(author.replica(), request.getErrors());
            return Optional.empty();
        }
        require(request.hasBatch(), "an upload's message is empty");
        SignedCommits commits = SignedCommits.of(request.getBatch());
        require(commits.replica() == author.replica(), "a batch of commits is of another replica than its author's");
        return Optional.of(commits);
    }

    /**
     * Takes the verdicts on a batch that was received.
     *
     * @param runs in order, as admission gave them, once they are durable
     */
    public void judged(List<VerdictRun> runs) {
        for (int from = 0; from < runs.size(); from += runsMax) {
            judged.add(runs.subList(from, Math.min(runs.size(), from + runsMax)));
        }
    }

    /**
     * Takes the verdict on a commit that was rejected before and was judged again. Before the hello it is not needed: the welcome tells of
     * it.
     */
    public void revised(VerdictRun run) {
        if (begun) {
            judged.add(List.of(run));
        }
    }

    /** The next reply, null if there is none until something is received or judged. May wait for the disk. */
    public @Nullable UploadReply next() {
        if (begun && (!welcomed || repeatSeq < repeatEndSeq)) {
            return repeat();
        }
        List<VerdictRun> runs = judged.poll();
        return runs == null
                ? null
                : UploadReply.newBuilder().setVerdicts(VerdictMessages.of(runs)).build();
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
