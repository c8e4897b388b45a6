package io.anabranch.relay.server;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.EnrolReply;
import io.anabranch.proto.EnrolRequest;
import io.anabranch.proto.EnrolmentGrpc;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitChain;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.identity.DeviceKeys;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.Identity;
import io.grpc.ManagedChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A device without a store: keys, a certificate, and a chain of commits. */
final class TestDevice implements AutoCloseable {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final long replica;
    private final ManagedChannel channel;
    private final DeviceKeys keys;
    private long nextSeq = 1;
    private byte[] link = CommitChain.start();

    private TestDevice(long replica, DeviceKeys keys, ManagedChannel channel) {
        this.replica = replica;
        this.keys = keys;
        this.channel = channel;
    }

    /** Enrols as a person would: with a code of an administrator's. */
    static TestDevice enrol(RelayServer relay, String user, long replica) {
        EnrolmentCode code = EnrolmentCode.parse(
                relay.administration().createEnrolmentCode(user).getCode());
        return enrol(relay, code, replica);
    }

    static TestDevice enrol(RelayServer relay, EnrolmentCode code, long replica) {
        DeviceKeys keys = DeviceKeys.generate(RANDOM);
        Identity identity = enrol(relay, code, request(keys, code, replica), keys);
        return new TestDevice(
                replica, keys, Channels.open(relay.port(), identity.keyManager(), identity.trustManager()));
    }

    static Identity enrol(RelayServer relay, EnrolmentCode code, EnrolRequest request, DeviceKeys keys) {
        ManagedChannel stranger = Channels.enrolling(relay, code);
        try {
            EnrolReply reply = EnrolmentGrpc.newBlockingStub(stranger)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .enrol(request);
            return Identity.of(
                    keys,
                    reply.getCertificatesList().stream()
                            .map(ByteString::toByteArray)
                            .toList());
        } finally {
            stranger.shutdownNow();
        }
    }

    static EnrolRequest request(DeviceKeys keys, EnrolmentCode code, long replica) {
        byte[] signingRequest = keys.signingRequest("tablet");
        byte[] context = "anabranch enrol".getBytes(StandardCharsets.US_ASCII);
        byte[] proven = ByteBuffer.allocate(context.length + code.secret().length + signingRequest.length + 8)
                .put(context)
                .put(code.secret())
                .put(signingRequest)
                .putLong(replica)
                .array();
        return EnrolRequest.newBuilder()
                .setSecret(ByteString.copyFrom(code.secret()))
                .setSigningRequest(ByteString.copyFrom(signingRequest))
                .setReplica(replica)
                .setCommitKey(ByteString.copyFrom(keys.commitKey().publicKey()))
                .setProof(ByteString.copyFrom(keys.commitKey().sign(proven)))
                .setDeviceName("tablet")
                .build();
    }

    long replica() {
        return replica;
    }

    ManagedChannel channel() {
        return channel;
    }

    /** A batch of commits, each of which creates a record of its own. */
    SignedCommits create(String type, int count, String text) {
        List<byte[]> bodies = new ArrayList<>();
        byte[] previous = link;
        long firstSeq = nextSeq;
        for (int i = 0; i < count; i++) {
            long stamp = System.currentTimeMillis() << 16;
            RecordKey key = new RecordKey(type, replica + "-" + nextSeq);
            Record delta = new RecordEdit(Record.empty(key), null, new RecordEdit.Author(replica, 1, stamp))
                    .set("name", new Value.Text(text))
                    .build();
            byte[] body = new Commit(replica, nextSeq++, stamp, List.of(delta)).encode();
            bodies.add(body);
            link = CommitChain.link(link, body);
        }
        byte[] signature = keys.commitKey().sign(CommitChain.signedMessage(replica, nextSeq - 1, link));
        return new SignedCommits(replica, firstSeq, previous, bodies, signature);
    }

    /** The next commit, with whatever deltas; signed. */
    SignedCommits commit(Record... deltas) {
        byte[] body = new Commit(replica, nextSeq, System.currentTimeMillis() << 16, List.of(deltas)).encode();
        return body(body);
    }

    /** The next commit, with whatever body; signed. */
    SignedCommits body(byte[] body) {
        byte[] previous = link;
        link = CommitChain.link(link, body);
        byte[] signature = keys.commitKey().sign(CommitChain.signedMessage(replica, nextSeq, link));
        return new SignedCommits(replica, nextSeq++, previous, List.of(body), signature);
    }

    /** An edit of a record as this device makes it. */
    Record delta(Record seen, UnaryOperator<RecordEdit> change) {
        long stamp = System.currentTimeMillis() << 16;
        long n = seen.context().last(replica) + 1;
        return change.apply(new RecordEdit(seen, null, new RecordEdit.Author(replica, n, stamp)))
                .build();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
