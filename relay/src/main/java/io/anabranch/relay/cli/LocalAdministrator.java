package io.anabranch.relay.cli;

import io.anabranch.proto.BackupReply;
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
import io.anabranch.relay.administration.RelayAdministration;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.configuration.ConfigurationDesk;
import io.anabranch.relay.configuration.ConfiguredRule;
import io.anabranch.relay.configuration.RelayReplica;
import io.anabranch.relay.server.RelayBackup;
import io.anabranch.relay.server.RelayDirectory;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.storage.RocksDbStorage;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/** Works on the directory of a relay that does not run. */
final class LocalAdministrator implements Administrator {

    private final RelayStore store;
    private final Admission admission;
    private final RelayAdministration administration;
    private final RelayBackup backup;

    LocalAdministrator(RelayDirectory directory) {
        SecureRandom random = new SecureRandom();
        RocksDbStorage storage = directory.openStorage(RocksDbOptions.defaults());
        store = KeyValueRelayStore.open(storage, random);
        backup = new RelayBackup(directory, storage, store);
        try {
            InstantSource clock = InstantSource.system();
            RelayReplica relay = RelayReplica.of(store, random);
            admission = new Admission(
                    store,
                    AdmissionLimits.DEFAULT,
                    new ConfiguredRule(store, relay, AdmissionRule.ACCEPT_ALL),
                    clock::millis);
            administration = new RelayAdministration(
                    new ConfigurationDesk(store, relay, admission, clock),
                    admission.scopes(),
                    directory.openAuthority(random)::root,
                    random);
            administration.adoptUsers();
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    @Override
    public CreateEnrolmentCodeReply createEnrolmentCode(String user, String deviceType) {
        return administration.createEnrolmentCode(user, deviceType);
    }

    @Override
    public ConfigurationState readConfiguration() {
        return administration.readConfiguration();
    }

    @Override
    public ConfigurationChanged changeConfiguration(ConfigurationChange change) {
        return administration.changeConfiguration(change);
    }

    /** There is no relay that would read the records, so it is done here, some at each call. */
    @Override
    public ScopesProgress awaitScopes() {
        if (admission.scopes().isBuilding()) {
            admission.perform(round -> {
                round.maintain();
                return true;
            });
        }
        return administration.awaitScopes(0);
    }

    @Override
    public ScopePreviewReply previewScopes(ConfigurationChange change) {
        return administration.previewScopes(change);
    }

    @Override
    public MergeRecordsReply mergeRecords(MergeRecordsRequest request) {
        return administration.mergeRecords(request);
    }

    @Override
    public ListRejectedReply listRejected(String user) {
        return administration.listRejected(user);
    }

    @Override
    public RetryRejectedReply retryRejected(List<RejectedCommit> commits) {
        return administration.retryRejected(commits);
    }

    @Override
    public List<Device> listDevices() {
        return administration.listDevices();
    }

    @Override
    public List<Device> orderRefresh(List<Long> replicas) {
        return administration.orderRefresh(replicas);
    }

    @Override
    public RevokeReply revoke(RevokeRequest request) {
        return administration.revoke(request);
    }

    @Override
    public BackupReply backup(Path directory) {
        return backup.write(directory);
    }

    @Override
    public ListTracksReply listTracks(String after) {
        return administration.listTracks(after);
    }

    @Override
    public void close() {
        store.close();
    }
}
