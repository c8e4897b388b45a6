package io.anabranch.relay.administration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Device;
import io.anabranch.proto.DeviceReport;
import io.anabranch.proto.EnrolRequest;
import io.anabranch.proto.User;
import io.anabranch.relay.administration.EnrolmentRefusedException.Reason;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.authority.CertificateAuthority;
import io.anabranch.relay.configuration.ConfigurationDesk;
import io.anabranch.relay.configuration.ConfigurationEdit;
import io.anabranch.relay.configuration.ConfiguredRule;
import io.anabranch.relay.configuration.RelayReplica;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.replica.identity.DeviceKeys;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.UserAccount;
import io.anabranch.replica.storage.MemoryStorage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolmentDeskTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    private Path directory;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private KeyValueRelayStore store;
    private DeviceTable devices;
    private RelayAdministration administration;
    private ConfigurationDesk configuration;
    private EnrolmentDesk desk;

    @BeforeEach
    void open() {
        InstantSource clock = () -> now;
        store = KeyValueRelayStore.open(new MemoryStorage(KeyValueRelayStore.FAMILIES), new Random(1));
        CertificateAuthority authority = CertificateAuthority.open(directory, clock, RANDOM);
        devices = new DeviceTable(store);
        RelayReplica relay = RelayReplica.of(store, RANDOM);
        ConfiguredRule rule = new ConfiguredRule(store, relay, AdmissionRule.ACCEPT_ALL);
        Admission admission = new Admission(store, AdmissionLimits.DEFAULT, rule, clock::millis);
        configuration = new ConfigurationDesk(store, relay, admission, clock);
        administration = new RelayAdministration(configuration, admission.scopes(), authority::root, RANDOM);
        desk = new EnrolmentDesk(store, devices, authority, clock);
    }

    private EnrolmentCode code() {
        return EnrolmentCode.parse(administration.createEnrolmentCode("ann").getCode());
    }

    private static EnrolRequest request(EnrolmentCode code, long replica) {
        DeviceKeys keys = DeviceKeys.generate(RANDOM);
        byte[] signingRequest = keys.signingRequest("tablet");
        ByteString proven = ByteString.copyFrom("anabranch enrol", StandardCharsets.US_ASCII)
                .concat(ByteString.copyFrom(code.secret()))
                .concat(ByteString.copyFrom(signingRequest))
                .concat(ByteString.copyFrom(
                        ByteBuffer.allocate(8).putLong(replica).array()));
        return EnrolRequest.newBuilder()
                .setSecret(ByteString.copyFrom(code.secret()))
                .setSigningRequest(ByteString.copyFrom(signingRequest))
                .setReplica(replica)
                .setCommitKey(ByteString.copyFrom(keys.commitKey().publicKey()))
                .setProof(ByteString.copyFrom(keys.commitKey().sign(proven.toByteArray())))
                .setDeviceName("tablet")
                .build();
    }

    private Reason refusal(EnrolRequest request, String address) {
        try {
            desk.enrol(request, address);
        } catch (EnrolmentRefusedException e) {
            return e.reason();
        }
        throw new AssertionError("it was enrolled");
    }

    @Test
    void aCodeIsGoodUntilItExpires() {
        EnrolmentCode first = code();
        EnrolmentCode second = code();
        now = now.plus(RelayAdministration.CODE_LIFETIME).minusMillis(1);
        assertThat(desk.enrol(request(first, 1), "here").getUser()).isEqualTo("ann");
        now = now.plusMillis(1);
        assertThat(refusal(request(second, 2), "here")).isEqualTo(Reason.CODE_NOT_VALID);
    }

    @Test
    void aCodeForOneKindOfDeviceEnrolsNoOther() {
        EnrolmentCode code = EnrolmentCode.parse(
                administration.createEnrolmentCode("ann", "tablet").getCode());
        EnrolRequest silent = request(code, 1);
        assertThat(refusal(silent.toBuilder().setDeviceType("phone").build(), "here"))
                .isEqualTo(Reason.DEVICE_TYPE_WRONG);
        assertThat(desk.enrol(silent, "here").getDeviceType()).isEqualTo("tablet");
        assertThat(devices.list())
                .singleElement()
                .satisfies(device -> assertThat(device.getType()).isEqualTo("tablet"));
    }

    @Test
    void onlyAHashOfACodeIsKept() {
        EnrolmentCode code = code();
        String secret = HexFormat.of().formatHex(code.secret());
        store.table("enrolment-codes").rows().forEach(row -> {
            assertThat(row.key()).hasSize(32);
            assertThat(HexFormat.of().formatHex(row.key())).doesNotContain(secret);
            assertThat(HexFormat.of().formatHex(row.value())).doesNotContain(secret);
        });
    }

    @Test
    void failuresAreCountedByAddressAndMinute() {
        EnrolmentCode unknown = EnrolmentCode.of(new byte[10], new byte[16]);
        for (int i = 0; i < FailureLimit.FAILURES_PER_MINUTE_MAX; i++) {
            assertThat(refusal(request(unknown, 1), "there")).isEqualTo(Reason.CODE_NOT_VALID);
        }
        assertThat(refusal(request(code(), 1), "there")).isEqualTo(Reason.TOO_MANY_FAILURES);
        assertThat(refusal(request(unknown, 1), "elsewhere")).isEqualTo(Reason.CODE_NOT_VALID);
        now = now.plus(Duration.ofMinutes(1));
        assertThat(desk.enrol(request(code(), 1), "there").getUser()).isEqualTo("ann");
    }

    @Test
    void aRequestThatCannotBeUsedCostsNoCode() {
        EnrolmentCode code = code();
        EnrolRequest good = request(code, 1);
        assertThatThrownBy(() ->
                        desk.enrol(good.toBuilder().setDeviceName("\u0000").build(), "here"))
                .isInstanceOf(IdentityException.class);
        assertThat(desk.enrol(good, "here").getCertificatesCount()).isEqualTo(3);
    }

    @Test
    void whatADeviceReportsShowsAtOnceAndIsKeptAfterAFlush() {
        desk.enrol(request(code(), 1), "here");
        devices.synced(1, 5);
        devices.reported(1, DeviceReport.newBuilder().setPending(3).setErrors(2).build());
        devices.synced(1, 6);
        devices.synced(2, 6);
        assertThat(devices.list()).singleElement().satisfies(EnrolmentDeskTest::isReported);
        assertThat(new DeviceTable(store).list().get(0).getPending()).isZero();
        devices.flush();
        devices.flush();
        assertThat(new DeviceTable(store).list()).singleElement().satisfies(EnrolmentDeskTest::isReported);
    }

    private static void isReported(Device device) {
        assertThat(device.getPending()).isEqualTo(3);
        assertThat(device.getErrors()).isEqualTo(2);
        assertThat(device.getLastSyncMillis()).isEqualTo(6);
    }

    @Test
    void aCodeForAKnownUserChangesNothingOfTheUser() {
        UserAccount ann = new UserAccount("ann", "sales", true, Map.of());
        configuration.change(List.of(ConfigurationEdit.of(ConfigurationRecord.of(ann))));
        code();
        assertThat(configuration.configuration().users()).containsOnly(Map.entry("ann", ann));
    }

    @Test
    void usersOfTheFirstVersionAreAdopted() {
        User ann = User.newBuilder()
                .setName("ann")
                .setProfile("sales")
                .putAttributes("territory", "West")
                .build();
        store.table("users").put("ann".getBytes(StandardCharsets.UTF_8), ann.toByteArray());
        administration.adoptUsers();
        administration.adoptUsers();
        assertThat(configuration.configuration().user("ann"))
                .isEqualTo(new UserAccount("ann", "sales", true, Map.of("territory", List.of(Value.of("West")))));
        assertThat(store.table("users").rows()).isEmpty();
    }

    @Test
    void noDeviceIsEnrolledAsTheRelayItself() {
        long own = RelayReplica.of(store, RANDOM).id();
        assertThatThrownBy(() -> desk.enrol(request(code(), own), "a"))
                .isInstanceOf(EnrolmentRefusedException.class)
                .hasMessageContaining("replica id");
    }
}
