package io.anabranch.relay.admission;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.identity.CommitKey;
import io.anabranch.replica.wire.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;

/**
 * Commits of one replica whose signature was checked, decoded and ready to be judged. Immutable.
 *
 * <p>This is the part of admission that needs no order: it costs most of the processor's time and runs on any thread.
 */
public final class VerifiedCommits {

    private final Author author;
    private final SignedCommits commits;
    private final List<byte[]> links;
    private final List<Proposal> proposals;
    private final boolean alone;

    private VerifiedCommits(Author author, SignedCommits commits, List<byte[]> links) {
        this.author = author;
        this.alone = false;
        this.commits = commits;
        this.links = links;
        List<Proposal> read = new ArrayList<>(commits.bodies().size());
        for (int i = 0; i < commits.bodies().size(); i++) {
            read.add(Proposal.read(commits.bodies().get(i), commits.replica(), commits.firstSeq() + i));
        }
        this.proposals = List.copyOf(read);
    }

    /**
     * Checks the signature over the whole batch, and decodes it.
     *
     * @throws MalformedMessageException if the batch is not the author's, or not signed by the author
     */
    public static VerifiedCommits verify(SignedCommits commits, Author author) {
        if (commits.replica() != author.replica()) {
            throw new MalformedMessageException("a batch of commits is of another replica than its author's");
        }
        List<byte[]> links = commits.links();
        byte[] signed = commits.signedMessage(links.get(links.size() - 1));
        if (!CommitKey.verify(author.commitKey(), signed, commits.signature())) {
            throw new MalformedMessageException("the signature of a batch of commits is not valid");
        }
        return new VerifiedCommits(author, commits, links);
    }

    private VerifiedCommits(VerifiedCommits other) {
        this.author = other.author;
        this.commits = other.commits;
        this.links = other.links;
        this.proposals = other.proposals;
        this.alone = true;
    }

    /** The same, to be judged without waiting for what they rest on. */
    public VerifiedCommits alone() {
        return new VerifiedCommits(this);
    }

    /** Whether they are judged without waiting for what they rest on. */
    boolean isAlone() {
        return alone;
    }

    /** As they came. */
    public SignedCommits commits() {
        return commits;
    }

    /** Whose they are. */
    public Author author() {
        return author;
    }

    /** The sequence number of the first. */
    public long firstSeq() {
        return commits.firstSeq();
    }

    /** The sequence number after the last. */
    public long endSeq() {
        return commits.endSeq();
    }

    /** The link of the commit before a sequence number of this batch, or of its last commit for the end. */
    byte[] linkBefore(long seq) {
        return seq == firstSeq() ? commits.previousLink() : links.get((int) (seq - firstSeq() - 1));
    }

    /** The body of a commit, as it was signed. */
    byte[] body(long seq) {
        return commits.bodies().get((int) (seq - firstSeq()));
    }

    Proposal proposal(long seq) {
        return proposals.get((int) (seq - firstSeq()));
    }

    /** All changes, in order. */
    List<Record> deltas() {
        List<Record> deltas = new ArrayList<>(proposals.size());
        proposals.forEach(proposal -> proposal.deltas().forEach(delta -> deltas.add(delta.record())));
        return deltas;
    }

    /** The records it speaks of. */
    List<RecordKey> keys() {
        List<RecordKey> keys = new ArrayList<>(proposals.size());
        proposals.forEach(proposal -> proposal.deltas().forEach(delta -> keys.add(delta.key())));
        return keys;
    }
}
