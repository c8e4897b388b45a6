package io.anabranch.replica.grpc;

import com.google.protobuf.ByteString;
import io.anabranch.proto.EnrolReply;
import io.anabranch.proto.EnrolRequest;
import io.anabranch.proto.EnrolmentGrpc;
import io.anabranch.replica.identity.DeviceKeys;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.EnrolmentTrust;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.RootSet;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Turns a one-time code into an identity. */
public final class EnrolmentClient {

    private static final byte[] CONTEXT = "anabranch enrol".getBytes(StandardCharsets.US_ASCII);
    private static final long TIMEOUT_SECONDS = 30;

    private EnrolmentClient() {}

    /**
     * What a device has become.
     *
     * @param identity who it is
     * @param deviceType what kind of device it is, as the office knows it; may be empty
     * @param roots the organisation's
     */
    public record Enrolled(Identity identity, String deviceType, RootSet roots) {}

    /**
     * Enrols a replica. Blocks; trusts only a relay whose root the code names.
     *
     * @param keys the device's own, made before
     * @param replica the replica's id, to be bound to the certificate
     * @param label what the office calls the device
     * @throws SyncException if the relay is not reached or does not accept the code
     */
    public static Enrolled enrol(
            RelayAddress address, EnrolmentCode code, DeviceKeys keys, long replica, DeviceLabel label) {
        byte[] signingRequest = keys.signingRequest(label.name());
        EnrolRequest request = EnrolRequest.newBuilder()
                .setSecret(ByteString.copyFrom(code.secret()))
                .setSigningRequest(ByteString.copyFrom(signingRequest))
                .setReplica(replica)
                .setCommitKey(ByteString.copyFrom(keys.commitKey().publicKey()))
                .setProof(ByteString.copyFrom(
                        keys.commitKey().sign(proofMessage(code.secret(), signingRequest, replica))))
                .setDeviceName(label.name())
                .setDeviceType(label.type())
                .build();
        try (RelayChannel channel = new RelayChannel(address, null, new EnrolmentTrust(code))) {
            EnrolReply reply = EnrolmentGrpc.newBlockingStub(channel.channel())
                    .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .enrol(request);
            List<byte[]> certificates = reply.getCertificatesList().stream()
                    .map(ByteString::toByteArray)
                    .toList();
            RootSet roots = RootSet.parse(
                    reply.getRootsList().stream().map(ByteString::toByteArray).toList());
            return new Enrolled(Identity.of(keys, certificates), reply.getDeviceType(), roots);
        } catch (StatusRuntimeException e) {
            throw SyncException.of(e.getStatus(), address);
        }
    }

    /** What the commit key signs to prove that the device has it. */
    public static byte[] proofMessage(byte[] secret, byte[] signingRequest, long replica) {
        return ByteBuffer.allocate(CONTEXT.length + secret.length + signingRequest.length + Long.BYTES)
                .put(CONTEXT)
                .put(secret)
                .put(signingRequest)
                .putLong(replica)
                .array();
    }
}
