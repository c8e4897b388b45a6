package io.anabranch.relay.cli;

import io.anabranch.proto.BackupReply;
import io.anabranch.proto.CreateEnrolmentCodeReply;
import io.anabranch.proto.Device;
import io.anabranch.proto.User;
import io.anabranch.relay.administration.RelayAdministration;
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
    private final RelayAdministration administration;
    private final RelayBackup backup;

    LocalAdministrator(RelayDirectory directory) {
        SecureRandom random = new SecureRandom();
        RocksDbStorage storage = directory.openStorage(RocksDbOptions.defaults());
        store = KeyValueRelayStore.open(storage, random);
        backup = new RelayBackup(directory, storage, store);
        try {
            administration = new RelayAdministration(
                    store, directory.openAuthority(random).root(), InstantSource.system(), random);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    @Override
    public CreateEnrolmentCodeReply createEnrolmentCode(String user) {
        return administration.createEnrolmentCode(user);
    }

    @Override
    public void putUser(User user) {
        administration.putUser(user);
    }

    @Override
    public List<User> listUsers() {
        return administration.listUsers();
    }

    @Override
    public List<Device> listDevices() {
        return administration.listDevices();
    }

    @Override
    public BackupReply backup(Path directory) {
        return backup.write(directory);
    }

    @Override
    public void close() {
        store.close();
    }
}
