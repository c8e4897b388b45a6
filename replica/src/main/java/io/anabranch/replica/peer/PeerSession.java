package io.anabranch.replica.peer;

import com.google.protobuf.ByteString;
import io.anabranch.proto.PeerCommits;
import io.anabranch.proto.PeerHello;
import io.anabranch.proto.PeerMessage;
import io.anabranch.proto.PeerPapers;
import io.anabranch.proto.PeerRun;
import io.anabranch.proto.PeerSent;
import io.anabranch.proto.PeerTable;
import io.anabranch.proto.SignedStatement;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitChain;
import io.anabranch.replica.commit.SealedContent;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.identity.CommitKey;
import io.anabranch.replica.state.AuthorBook;
import io.anabranch.replica.state.CommitRun;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One side of an exchange between two devices; both run the same.
 *
 * <p>Each says hello; then what the other does not know of it, which is its grant; then, unless the tables are equal, which commits it has that
 * the relay has not judged; then it sends those that the other lacks, and says that this was all. It is over when both have.
 * If nothing differs that is two messages a side.
 *
 * <p>Driven like a {@link io.anabranch.replica.session.SyncSession}: {@link #next} whenever the transport can take a message, {@link #receive} for each
 * that arrives. What has been taken is durable. A session that ends early has lost nothing; the next one goes on from there.
 */
public final class PeerSession {

    private final ReplicaState state;
    private final PeerPolicy policy;
    private final AuthorBook authors;
    private final long other;
    private final SignedStatement grant;
    private final List<PeerRun> table;
    private final Deque<PeerMessage> prepared = new ArrayDeque<>();
    private final List<PeerRun> theirTable = new ArrayList<>();
    private final Map<Long, byte[]> keys = new HashMap<>();
    private final Set<Long> introduced = new HashSet<>();
    private @Nullable PeerHello theirHello;
    private PeerPolicy.@Nullable Audience audience;
    private @Nullable Deque<CommitRun> lacking;
    private boolean begun;
    private boolean tableTaken;
    private boolean tabled;
    private boolean sentAll;
    private boolean takenAll;
    private long sent;
    private long sealed;
    private long taken;

    /**
     * A session that has not begun.
     *
     * @param other the replica at the other side, as its certificate says
     * @throws PeerRefusedException if this side has no valid grant
     */
    public PeerSession(ReplicaState state, PeerPolicy policy, long other) {
        this.state = state;
        this.policy = policy;
        this.authors = state.authors();
        this.other = other;
        this.grant = policy.grant();
        this.table = PeerTables.of(state);
        if (other == state.replica()) {
            throw new PeerRefusedException(
                    "This device was met under its own name: it is a copy. Sync it with the relay.");
        }
    }

    /** The next message to send, null while there is none. */
    public @Nullable PeerMessage next() {
        if (!begun) {
            begun = true;
            return hello();
        }
        PeerMessage ready = prepared.poll();
        if (ready != null || theirHello == null || audience == null || sentAll) {
            return ready;
        }
        if (!tabled) {
            tabled = true;
            if (!isEqual(theirHello)) {
                PeerTables.messages(table)
                        .forEach(part -> prepared.add(
                                PeerMessage.newBuilder().setTable(part).build()));
                return prepared.poll();
            }
            tableTaken = true;
            theirTable.addAll(table);
        }
        if (!tableTaken) {
            return null;
        }
        PeerMessage commits = commits();
        if (commits != null) {
            return commits;
        }
        sentAll = true;
        return PeerMessage.newBuilder()
                .setSent(PeerSent.newBuilder().setCommits(sent))
                .build();
    }

    /**
     * Takes a message.
     *
     * @throws MalformedMessageException if it is malformed, out of turn, or not signed by who it says; nothing of it was taken
     * @throws PeerRefusedException if the other side has no valid grant
     */
    public void receive(PeerMessage message) {
        if (takenAll) {
            throw new MalformedMessageException("a message comes after the last");
        }
        switch (message.getMessageCase()) {
            case HELLO -> hello(message.getHello());
            case PAPERS -> papers(message.getPapers());
            case TABLE -> table(message.getTable());
            case COMMITS -> commits(message.getCommits());
            case SENT -> {
                require(audience != null, "the end comes before the grant");
                takenAll = true;
            }
            case MESSAGE_NOT_SET -> throw new MalformedMessageException("a message of an exchange is empty");
        }
    }

    /** Whether both sides have sent all. */
    public boolean isOver() {
        return sentAll && takenAll;
    }

    /** What was done so far. */
    public PeerReport report() {
        return new PeerReport(sent, sealed, taken);
    }

    private PeerMessage hello() {
        PeerHello.Builder hello = PeerHello.newBuilder()
                .setProtocol(WireLimits.PROTOCOL)
                .setGrantHash(hash(grant))
                .setTableDigest(PeerTables.digest(table));
        authors.grant(other).ifPresent(known -> hello.setKnownGrantHash(hash(known)));
        return PeerMessage.newBuilder().setHello(hello).build();
    }

    private static ByteString hash(SignedStatement of) {
        return ByteString.copyFrom(CommitChain.hash(of.toByteArray()));
    }

    private boolean isEqual(PeerHello hello) {
        return hello.getTableDigest().equals(PeerTables.digest(table));
    }

    private void hello(PeerHello hello) {
        require(theirHello == null, "an exchange has one hello a side");
        require(
                hello.getProtocol() == WireLimits.PROTOCOL,
                "the protocol's version is not known; update the application on both devices");
        theirHello = hello;
        if (!hello.getKnownGrantHash().equals(hash(grant))) {
            prepared.add(PeerMessage.newBuilder()
                    .setPapers(PeerPapers.newBuilder().setGrant(grant))
                    .build());
        }
        authors.grant(other)
                .filter(known -> hash(known).equals(hello.getGrantHash()))
                .ifPresent(known -> audience = policy.audience(known));
    }

    private void papers(PeerPapers papers) {
        require(theirHello != null && papers.hasGrant(), "papers are out of turn");
        audience = policy.audience(papers.getGrant());
        authors.grant(other, papers.getGrant());
    }

    private void table(PeerTable message) {
        require(audience != null && !tableTaken, "a table is out of turn");
        PeerTables.requireWellFormed(message);
        require(theirTable.size() + message.getRunsCount() <= PeerTables.RUNS_MAX, "a table has too many runs");
        theirTable.addAll(message.getRunsList());
        tableTaken = !message.getMore();
    }

    private @Nullable PeerMessage commits() {
        Deque<CommitRun> left = lacking;
        if (left == null) {
            left = new ArrayDeque<>(PeerTables.lacking(table, theirTable, other));
            lacking = left;
        }
        while (!left.isEmpty()) {
            CommitRun run = left.remove();
            SignedCommits batch = run.replica() == state.replica()
                    ? state.batchFrom(run.firstSeq())
                    : state.carried().batchFrom(run.replica(), run.firstSeq());
            List<ByteString> certificates = certificates(run.replica());
            if (batch == null || batch.firstSeq() > run.lastSeq() || certificates.isEmpty()) {
                continue;
            }
            if (batch.endSeq() <= run.lastSeq()) {
                left.addFirst(new CommitRun(run.replica(), batch.endSeq(), run.lastSeq()));
            }
            SignedCommits fit = fit(batch);
            sent += fit.bodies().size();
            sealed += fit.sealed().size();
            PeerCommits.Builder message = PeerCommits.newBuilder().setBatch(fit.toMessage());
            if (introduced.add(run.replica())) {
                message.addAllCertificates(certificates);
            }
            return PeerMessage.newBuilder().setCommits(message).build();
        }
        return null;
    }

    private List<ByteString> certificates(long replica) {
        return replica == state.replica() ? policy.certificates() : authors.certificates(replica);
    }

    /** With what the other side may not read sealed. */
    private SignedCommits fit(SignedCommits batch) {
        PeerPolicy.Audience to = audience;
        List<byte[]> bodies = new ArrayList<>(batch.bodies());
        Map<Integer, SealedContent> contents = new HashMap<>(batch.sealed());
        for (int i = 0; i < bodies.size(); i++) {
            boolean isPlain = !contents.containsKey(i);
            if (isPlain && (to == null || !to.mayHave(Commit.decode(bodies.get(i))))) {
                byte[] hash = batch.hash(i);
                contents.put(i, new SealedContent(hash, policy.seal(hash, bodies.get(i))));
                bodies.set(i, new byte[0]);
            }
        }
        return new SignedCommits(
                batch.replica(), batch.firstSeq(), batch.previousLink(), bodies, batch.signature(), contents);
    }

    private void commits(PeerCommits message) {
        require(audience != null && tableTaken, "commits are out of turn");
        SignedCommits batch = SignedCommits.of(message.getBatch());
        if (batch.replica() == state.replica()) {
            return;
        }
        byte[] key = key(batch.replica(), message.getCertificatesList());
        List<byte[]> links = batch.links();
        require(
                CommitKey.verify(key, batch.signedMessage(links.get(links.size() - 1)), batch.signature()),
                "commits are not signed by their author");
        taken += state.carried().add(batch);
    }

    private byte[] key(long replica, List<ByteString> certificates) {
        byte[] known = keys.get(replica);
        if (known != null) {
            return known;
        }
        List<ByteString> kept = authors.certificates(replica);
        require(!certificates.isEmpty() || !kept.isEmpty(), "commits come without their author's certificate");
        byte[] key = policy.commitKey(replica, certificates.isEmpty() ? kept : certificates);
        if (!certificates.isEmpty() && !certificates.equals(kept)) {
            authors.certificates(replica, certificates);
        }
        keys.put(replica, key);
        return key;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new MalformedMessageException(message);
        }
    }
}
