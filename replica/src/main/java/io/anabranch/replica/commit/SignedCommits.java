package io.anabranch.replica.commit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.CommitBatch;
import io.anabranch.proto.CommitBodies;
import io.anabranch.proto.SealedBody;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Packed;
import io.anabranch.replica.wire.WireLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Consecutive commits of one replica as they travel, under one signature.
 *
 * @param replica the author
 * @param firstSeq the sequence number of the first
 * @param previousLink the link before the first
 * @param bodies one or more; empty for one that is sealed
 * @param signature of the author over the link of the last
 * @param sealed by index, those that only the relay can read
 */
public record SignedCommits(
        long replica,
        long firstSeq,
        byte[] previousLink,
        List<byte[]> bodies,
        byte[] signature,
        Map<Integer, SealedContent> sealed) {

    /** Copies the collections. */
    public SignedCommits {
        bodies = List.copyOf(bodies);
        sealed = Map.copyOf(sealed);
    }

    /** Commits of which none is sealed. */
    public SignedCommits(long replica, long firstSeq, byte[] previousLink, List<byte[]> bodies, byte[] signature) {
        this(replica, firstSeq, previousLink, bodies, signature, Map.of());
    }

    /** The hash of a body, by its index. */
    public byte[] hash(int index) {
        SealedContent content = sealed.get(index);
        return content == null ? CommitChain.hash(bodies.get(index)) : content.hash();
    }

    /** The sequence number after the last. */
    public long endSeq() {
        return firstSeq + bodies.size();
    }

    /** The link of each commit, in order. */
    public List<byte[]> links() {
        List<byte[]> links = new ArrayList<>(bodies.size());
        byte[] link = previousLink;
        for (int i = 0; i < bodies.size(); i++) {
            link = CommitChain.linkOfHash(link, hash(i));
            links.add(link);
        }
        return links;
    }

    /** What the signature is over, given the link of the last commit. */
    public byte[] signedMessage(byte[] lastLink) {
        return CommitChain.signedMessage(replica, endSeq() - 1, lastLink);
    }

    /** As a message. */
    public CommitBatch toMessage() {
        CommitBodies.Builder payload = CommitBodies.newBuilder();
        bodies.forEach(body -> payload.addBody(ByteString.copyFrom(body)));
        sealed.forEach((index, content) -> payload.addSealed(SealedBody.newBuilder()
                .setIndex(index)
                .setHash(ByteString.copyFrom(content.hash()))
                .setContent(ByteString.copyFrom(content.content()))));
        Packed packed = Packed.pack(payload.build().toByteArray());
        return CommitBatch.newBuilder()
                .setReplica(replica)
                .setFirstSeq(firstSeq)
                .setPreviousLink(ByteString.copyFrom(previousLink))
                .setPayload(packed.bytes())
                .setPayloadSize(packed.size())
                .setSignature(ByteString.copyFrom(signature))
                .build();
    }

    /**
     * Reads a message. The signature is not verified.
     *
     * @throws MalformedMessageException if sizes or numbers are out of range
     */
    public static SignedCommits of(CommitBatch message) {
        try {
            byte[] payload = new Packed(message.getPayload(), message.getPayloadSize()).unpack();
            CommitBodies content = CommitBodies.parseFrom(payload);
            List<byte[]> bodies =
                    content.getBodyList().stream().map(ByteString::toByteArray).toList();
            require(
                    !bodies.isEmpty() && bodies.size() <= WireLimits.COMMITS_PER_BATCH_MAX,
                    "a batch's count is out of range");
            require(
                    message.getFirstSeq() >= 1 && message.getFirstSeq() < Long.MAX_VALUE / 2,
                    "a batch's seq is out of range");
            require(message.getPreviousLink().size() == CommitChain.LINK_SIZE, "a link is not of its size");
            return new SignedCommits(
                    message.getReplica(),
                    message.getFirstSeq(),
                    message.getPreviousLink().toByteArray(),
                    bodies,
                    message.getSignature().toByteArray(),
                    sealed(content));
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedMessageException("a batch of commits is malformed", e);
        }
    }

    private static Map<Integer, SealedContent> sealed(CommitBodies content) {
        Map<Integer, SealedContent> sealed = new HashMap<>();
        for (SealedBody body : content.getSealedList()) {
            int index = body.getIndex();
            require(
                    index >= 0
                            && index < content.getBodyCount()
                            && content.getBody(index).isEmpty()
                            && body.getHash().size() == CommitChain.LINK_SIZE,
                    "a sealed commit is malformed");
            SealedContent before = sealed.put(
                    index,
                    new SealedContent(
                            body.getHash().toByteArray(), body.getContent().toByteArray()));
            require(before == null, "a commit is sealed twice");
        }
        return sealed;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new MalformedMessageException(message);
        }
    }
}
