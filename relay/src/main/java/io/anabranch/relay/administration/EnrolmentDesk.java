package io.anabranch.relay.administration;

import com.google.protobuf.ByteString;
import io.anabranch.proto.Device;
import io.anabranch.proto.EnrolReply;
import io.anabranch.proto.EnrolRequest;
import io.anabranch.proto.RekeyRequest;
import io.anabranch.proto.RenewReply;
import io.anabranch.proto.RenewRequest;
import io.anabranch.relay.administration.EnrolmentRefusedException.Reason;
import io.anabranch.relay.authority.CertificateAuthority;
import io.anabranch.relay.configuration.RelayReplica;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.replica.identity.CommitKey;
import io.anabranch.replica.identity.PeerCertificate;
import io.anabranch.replica.identity.Rekeying;
import io.anabranch.replica.identity.RootSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Enrols devices: a one-time code becomes a certificate for one replica and a row in the {@link DeviceTable}.
 *
 * <p>A code is used by the first replica that shows it; everything else about the request is judged before, so a request
 * that is refused costs no code. The same request again, by a device that missed the answer, gets another certificate for the
 * same key. Thread-safe; durable on return.
 */
public final class EnrolmentDesk {

    private static final byte[] PROOF_CONTEXT = "anabranch enrol".getBytes(StandardCharsets.US_ASCII);

    private final RelayStore store;
    private final EnrolmentCodes codes;
    private final DeviceTable devices;
    private final CertificateAuthority authority;
    private final InstantSource clock;
    private final FailureLimit failures = new FailureLimit();

    /** A desk that issues certificates of this authority for codes in this store. */
    public EnrolmentDesk(RelayStore store, DeviceTable devices, CertificateAuthority authority, InstantSource clock) {
        this.store = store;
        this.codes = new EnrolmentCodes(store);
        this.devices = devices;
        this.authority = authority;
        this.clock = clock;
    }

    /**
     * Enrols a device. Costs some milliseconds; waits for the disk.
     *
     * @param address where the request came from, for the limit on failures
     * @throws EnrolmentRefusedException if it may not be enrolled
     * @throws io.anabranch.replica.identity.IdentityException if the signing request or the device's name cannot be used
     */
    public EnrolReply enrol(EnrolRequest request, String address) {
        long now = clock.millis();
        if (failures.isReached(address, now)) {
            throw new EnrolmentRefusedException(Reason.TOO_MANY_FAILURES);
        }
        try {
            return enrol(request, now);
        } catch (RuntimeException e) {
            failures.failed(address, now);
            throw e;
        }
    }

    private EnrolReply enrol(EnrolRequest request, long now) {
        EnrolmentCodes.Issued code = codes.find(request.getSecret().toByteArray())
                .filter(issued -> issued.isFor(request.getReplica(), now))
                .orElseThrow(() -> new EnrolmentRefusedException(Reason.CODE_NOT_VALID));
        require(hasProof(request), Reason.PROOF_WRONG);
        String type = code.deviceType(request.getDeviceType())
                .filter(name -> name.length() <= RelayAdministration.DEVICE_TYPE_LENGTH_MAX)
                .orElseThrow(() -> new EnrolmentRefusedException(Reason.DEVICE_TYPE_WRONG));
        Optional<Device> known = devices.device(request.getReplica());
        require(!RelayReplica.isOf(store, request.getReplica()), Reason.REPLICA_ENROLLED);
        require(known.isEmpty() || (code.used() && isSame(known.get(), request)), Reason.REPLICA_ENROLLED);
        require(known.filter(device -> device.getRevokedMillis() != 0).isEmpty(), Reason.REPLICA_REVOKED);
        List<X509Certificate> certificates = authority.issueDevice(
                request.getSigningRequest().toByteArray(),
                PeerCertificate.device(
                        code.user(),
                        request.getDeviceName(),
                        request.getReplica(),
                        request.getCommitKey().toByteArray()));
        require(code.used() || codes.use(code, request.getReplica()), Reason.CODE_NOT_VALID);
        if (known.isEmpty()) {
            require(
                    devices.add(device(request.toBuilder().setDeviceType(type).build(), code.user(), now)),
                    Reason.REPLICA_ENROLLED);
        }
        return reply(certificates, code.user(), known.map(Device::getType).orElse(type));
    }

    /**
     * Another certificate for a device that is enrolled.
     *
     * @param device as the table has it
     * @param name as its certificate has it
     * @throws io.anabranch.replica.identity.IdentityException if the signing request cannot be used
     */
    public RenewReply renew(Device device, String name, RenewRequest request) {
        PeerCertificate holder = PeerCertificate.device(
                device.getUser(),
                name,
                device.getReplica(),
                device.getCommitKey().toByteArray());
        List<X509Certificate> certificates =
                authority.issueDevice(request.getSigningRequest().toByteArray(), holder);
        return RenewReply.newBuilder()
                .addAllCertificates(bytes(RootSet.of(certificates)))
                .build();
    }

    /**
     * Another replica id for a device whose store is a copy of another's. The old one stays as it is.
     *
     * @param device as the table has it, under the old id
     * @param name as its certificate has it
     * @throws EnrolmentRefusedException if the new id is taken, the proof is wrong, or it is asked too often
     * @throws io.anabranch.replica.identity.IdentityException if the signing request cannot be used
     */
    public RenewReply rekey(Device device, String name, RekeyRequest request) {
        long now = clock.millis();
        String asking = "replica " + device.getReplica();
        if (failures.isReached(asking, now)) {
            throw new EnrolmentRefusedException(Reason.TOO_MANY_FAILURES);
        }
        failures.failed(asking, now);
        byte[] message = Rekeying.message(
                device.getReplica(),
                request.getReplica(),
                request.getSigningRequest().toByteArray());
        byte[] newKey = request.getCommitKey().toByteArray();
        require(
                CommitKey.verify(
                                device.getCommitKey().toByteArray(),
                                message,
                                request.getOldProof().toByteArray())
                        && CommitKey.verify(
                                newKey, message, request.getNewProof().toByteArray()),
                Reason.PROOF_WRONG);
        require(!RelayReplica.isOf(store, request.getReplica()), Reason.REPLICA_ENROLLED);
        PeerCertificate holder = PeerCertificate.device(device.getUser(), name, request.getReplica(), newKey);
        List<X509Certificate> certificates =
                authority.issueDevice(request.getSigningRequest().toByteArray(), holder);
        Device added = Device.newBuilder()
                .setReplica(request.getReplica())
                .setUser(device.getUser())
                .setName(device.getName())
                .setType(device.getType())
                .setCommitKey(request.getCommitKey())
                .setEnrolledMillis(now)
                .build();
        require(devices.add(added), Reason.REPLICA_ENROLLED);
        return RenewReply.newBuilder()
                .addAllCertificates(bytes(RootSet.of(certificates)))
                .build();
    }

    private static void require(boolean condition, Reason otherwise) {
        if (!condition) {
            throw new EnrolmentRefusedException(otherwise);
        }
    }

    private static boolean isSame(Device known, EnrolRequest request) {
        return known.getCommitKey().equals(request.getCommitKey());
    }

    private static boolean hasProof(EnrolRequest request) {
        byte[] replica =
                ByteBuffer.allocate(Long.BYTES).putLong(request.getReplica()).array();
        byte[] message = ByteString.copyFrom(PROOF_CONTEXT)
                .concat(request.getSecret())
                .concat(request.getSigningRequest())
                .concat(ByteString.copyFrom(replica))
                .toByteArray();
        return CommitKey.verify(
                request.getCommitKey().toByteArray(),
                message,
                request.getProof().toByteArray());
    }

    private static Device device(EnrolRequest request, String user, long now) {
        return Device.newBuilder()
                .setReplica(request.getReplica())
                .setUser(user)
                .setName(request.getDeviceName())
                .setType(request.getDeviceType())
                .setCommitKey(request.getCommitKey())
                .setEnrolledMillis(now)
                .build();
    }

    private EnrolReply reply(List<X509Certificate> certificates, String user, String type) {
        return EnrolReply.newBuilder()
                .setUser(user)
                .setDeviceType(type)
                .addAllCertificates(bytes(RootSet.of(certificates)))
                .addAllRoots(bytes(authority.roots()))
                .build();
    }

    private static List<ByteString> bytes(RootSet certificates) {
        return certificates.encoded().stream().map(ByteString::copyFrom).toList();
    }
}
