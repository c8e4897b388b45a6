package io.anabranch.relay.administration;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Takeover;
import io.anabranch.proto.ConfigurationChange;
import io.anabranch.proto.ConfigurationChanged;
import io.anabranch.proto.ConfigurationState;
import io.anabranch.proto.CreateEnrolmentCodeReply;
import io.anabranch.proto.Device;
import io.anabranch.proto.ListRejectedReply;
import io.anabranch.proto.ListTracksReply;
import io.anabranch.proto.MergeRecordsReply;
import io.anabranch.proto.MergeRecordsRequest;
import io.anabranch.proto.RejectedCommit;
import io.anabranch.proto.RetryRejectedReply;
import io.anabranch.proto.RevokeReply;
import io.anabranch.proto.RevokeRequest;
import io.anabranch.proto.ScopePreviewReply;
import io.anabranch.proto.ScopesProgress;
import io.anabranch.proto.Track;
import io.anabranch.relay.configuration.ConfigurationDesk;
import io.anabranch.relay.configuration.ConfigurationEdit;
import io.anabranch.relay.configuration.ConfigurationMessages;
import io.anabranch.relay.merge.MergeDesk;
import io.anabranch.relay.scope.ScopeEngine;
import io.anabranch.relay.scope.ScopeProblem;
import io.anabranch.relay.scope.ScopeProgress;
import io.anabranch.relay.store.RelayTable;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.PeerCertificate;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.UserAccount;
import io.anabranch.replica.tracking.SyncTrack;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What an administrator does: configuration, users among it, and codes for their devices. Whoever calls has been found to be one.
 *
 * <p>Thread-safe; each method reads or writes the store, waits for the disk, and is durable on return.
 * Fails as the store does.
 *
 * <pre>{@code
 * String code = administration.createEnrolmentCode("ann").getCode();
 * }</pre>
 */
public final class RelayAdministration {

    /** How long a code can be used. */
    public static final Duration CODE_LIFETIME = Duration.ofDays(7);

    /** Longest name of a kind of device, in characters. */
    public static final int DEVICE_TYPE_LENGTH_MAX = 100;

    private static final int TRACKS_PER_REPLY = 500;

    private final ConfigurationDesk desk;
    private final ScopeEngine scopes;
    private final DeviceTable devices;
    private final EnrolmentCodes codes;
    private final RejectedDesk rejected;
    private final PreviewDesk previews;
    private final MergeDesk merges;
    private final RevocationDesk revocations;
    private final Supplier<X509Certificate> root;
    private final InstantSource clock;
    private final SecureRandom random;

    /**
     * The administration of a relay.
     *
     * @param desk what is configured is read and changed there; its store and clock serve the rest
     * @param scopes what is given of what is configured
     * @param root tells the current root of the relay's certificate authority, whose fingerprint codes carry
     * @param random for the secrets of codes
     */
    public RelayAdministration(
            ConfigurationDesk desk, ScopeEngine scopes, Supplier<X509Certificate> root, SecureRandom random) {
        this.desk = desk;
        this.scopes = scopes;
        this.devices = new DeviceTable(desk.store());
        this.codes = new EnrolmentCodes(desk.store());
        this.rejected = new RejectedDesk(desk.store(), desk.rounds());
        this.previews = new PreviewDesk(desk, devices);
        this.merges = new MergeDesk(desk.store(), desk.relay(), desk.rounds(), desk.clock());
        this.revocations = new RevocationDesk(desk.store(), desk.rounds());
        this.root = root;
        this.clock = desk.clock();
        this.random = random;
    }

    /**
     * A new code, with which one device can be enrolled for this user within {@link #CODE_LIFETIME}. Only a hash of it is
     * kept. A user who is not known is added.
     *
     * @throws io.anabranch.replica.identity.IdentityException if the name is not one of a user; it says why
     */
    public CreateEnrolmentCodeReply createEnrolmentCode(String user) {
        return createEnrolmentCode(user, "");
    }

    /**
     * As {@link #createEnrolmentCode(String)}, for one kind of device only.
     *
     * @param deviceType such as tablet, at most {@value #DEVICE_TYPE_LENGTH_MAX} characters; empty for any
     * @throws IllegalArgumentException if the kind's name is too long
     */
    public CreateEnrolmentCodeReply createEnrolmentCode(String user, String deviceType) {
        if (deviceType.length() > DEVICE_TYPE_LENGTH_MAX) {
            throw new IllegalArgumentException("The name of a kind of device is too long: " + deviceType);
        }
        PeerCertificate.administrator(user);
        if (!desk.configuration().users().containsKey(user)) {
            desk.change(List.of(ConfigurationEdit.of(ConfigurationRecord.of(UserAccount.named(user)))));
        }
        EnrolmentCode code = EnrolmentCode.generate(random, root.get());
        long now = clock.millis();
        long expires = now + CODE_LIFETIME.toMillis();
        codes.removeExpired(now);
        codes.add(code.secret(), new EnrolmentCodes.Holder(user, deviceType), expires);
        return CreateEnrolmentCodeReply.newBuilder()
                .setCode(code.text())
                .setExpiresMillis(expires)
                .build();
    }

    /** Makes users of the rows in which the first version kept them. Called when a relay starts, or its directory is opened. */
    public void adoptUsers() {
        RelayTable rows = desk.store().table("users");
        Set<String> known = desk.configuration().users().keySet();
        for (RelayTable.Row row : rows.rows()) {
            UserAccount user = EarlierUser.decode(row.value());
            if (!known.contains(user.name())) {
                desk.change(List.of(ConfigurationEdit.of(ConfigurationRecord.of(user))));
            }
            rows.delete(row.key());
        }
    }

    /** The configuration, users among it. */
    public ConfigurationState readConfiguration() {
        ConfigurationState.Builder state = ConfigurationMessages.state(desk.records()).toBuilder();
        scopeProblems().forEach(problem -> state.putRuleProblems(problem.rule(), problem.message()));
        try (RelayView view = desk.store().view()) {
            return state.putAllLiveRecords(view.liveRecordsByType()).build();
        }
    }

    /** The rules that give nothing because they cannot be followed. */
    public List<ScopeProblem> scopeProblems() {
        return ScopeProblem.of(desk.configuration());
    }

    /**
     * Changes the configuration, all of it or nothing.
     *
     * @throws IllegalArgumentException if it would not make sense; the message says what does not, a line each
     */
    public ConfigurationChanged changeConfiguration(ConfigurationChange change) {
        return desk.change(ConfigurationMessages.edits(change))
                .map(at -> ConfigurationChanged.newBuilder()
                        .setEpoch(at.epoch())
                        .setSequence(at.sequence())
                        .build())
                .orElse(ConfigurationChanged.getDefaultInstance());
    }

    /**
     * Waits until users are given what is configured.
     *
     * @param millisMax how long at most; 0 looks only
     * @return how far it is then
     */
    public ScopesProgress awaitScopes(long millisMax) {
        try (RelayView view = desk.store().view()) {
            ScopeProgress progress = scopes.await(millisMax, view.liveRecordsByType());
            return ScopesProgress.newBuilder()
                    .setInEffect(progress.isInEffect())
                    .setRecordsRead(progress.recordsRead())
                    .setRecordsTotal(progress.recordsTotal())
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ScopesProgress.getDefaultInstance();
        }
    }

    /** What a change of configuration would do to what users have. Changes nothing; reads all records. */
    public ScopePreviewReply previewScopes(ConfigurationChange change) {
        return previews.preview(ConfigurationMessages.edits(change));
    }

    /** How many users there are. */
    public int userCount() {
        return desk.configuration().users().size();
    }

    /**
     * What devices have told of their syncs: the next ones by id, at most {@value #TRACKS_PER_REPLY}.
     *
     * @param after the id of the last one before, empty for the first
     */
    public ListTracksReply listTracks(String after) {
        RecordKey last = after.isEmpty() ? null : new RecordKey(SyncTrack.RECORD_TYPE, after);
        ListTracksReply.Builder reply = ListTracksReply.newBuilder();
        try (RelayView view = desk.store().view()) {
            List<StoredRecord> records = view.recordsOf(SyncTrack.RECORD_TYPE, last, TRACKS_PER_REPLY);
            records.forEach(record ->
                    reply.addTrack(Track.newBuilder().setId(record.key().id()).setState(record.state())));
            return reply.setMore(records.size() == TRACKS_PER_REPLY).build();
        }
    }

    /**
     * Merges a record into another of its type.
     *
     * @throws IllegalArgumentException if it cannot be; the message says why
     */
    public MergeRecordsReply mergeRecords(MergeRecordsRequest request) {
        RecordKey loser = new RecordKey(request.getType(), request.getLoser());
        RecordKey survivor = new RecordKey(request.getType(), request.getSurvivor());
        Takeover takeover = new Takeover(Set.copyOf(request.getTakeList()), Set.copyOf(request.getKeepList()));
        MergeDesk.Outcome outcome = request.getDryRun()
                ? merges.preview(loser, survivor, takeover)
                : merges.merge(loser, survivor, takeover);
        MergeRecordsReply.Builder reply = MergeRecordsReply.newBuilder();
        outcome.repointed().forEach((field, count) -> reply.putRepointed(field, count));
        reply.setTakenOver(ByteString.copyFrom(outcome.takenOver().encode()));
        outcome.at().ifPresent(at -> reply.setEpoch(at.epoch()).setSequence(at.sequence()));
        return reply.build();
    }

    /** The commits that were rejected, with their content: of a user, or of everyone if the name is empty. */
    public ListRejectedReply listRejected(String user) {
        return rejected.list(user);
    }

    /** Tells of each commit that was rejected and is judged again: its device may be there to hear of it. */
    public void onRevised(Consumer<VerdictRun> listener) {
        rejected.onJudged(listener);
    }

    /**
     * Has rejected commits judged again by the rules as they are now. Their devices learn of it at once if they are connected, otherwise
     * when they sync.
     *
     * @param commits replica and sequence number are looked at; none for all
     * @throws IllegalArgumentException if one is not there
     */
    public RetryRejectedReply retryRejected(List<RejectedCommit> commits) {
        return rejected.retry(commits);
    }

    /**
     * Has devices refresh at their next sync.
     *
     * @param replicas which; all if none is named
     * @return them; none if one of those named is not enrolled, and then nothing is ordered
     */
    public List<Device> orderRefresh(Collection<Long> replicas) {
        return devices.orderRefresh(
                replicas.isEmpty()
                        ? listDevices().stream().map(Device::getReplica).toList()
                        : replicas);
    }

    /** Revokes devices. */
    public RevocationDesk revocations() {
        return revocations;
    }

    /**
     * Revokes a device or a user.
     *
     * @throws IllegalArgumentException if there is none of this id or name
     */
    public RevokeReply revoke(RevokeRequest request) {
        return switch (request.getWhomCase()) {
            case REPLICA ->
                RevokeReply.newBuilder()
                        .addDevices(revocations.revoke(request.getReplica()))
                        .build();
            case USER -> revokeUser(request.getUser());
            case WHOM_NOT_SET -> throw new IllegalArgumentException("Say whom to revoke: a device or a user.");
        };
    }

    private RevokeReply revokeUser(String name) {
        UserAccount user = desk.configuration().users().get(name);
        if (user == null) {
            throw new IllegalArgumentException("There is no user of this name: " + name);
        }
        UserAccount inactive = new UserAccount(name, user.profile(), false, user.attributes());
        desk.change(List.of(ConfigurationEdit.of(ConfigurationRecord.of(inactive))));
        codes.removeOf(name);
        return RevokeReply.newBuilder()
                .addAllDevices(revocations.revokeOf(name))
                .build();
    }

    /** All enrolled devices, by replica id, with what they last said of themselves. */
    public List<Device> listDevices() {
        return devices.list();
    }
}
