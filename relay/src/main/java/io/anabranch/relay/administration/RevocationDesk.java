package io.anabranch.relay.administration;

import io.anabranch.proto.Device;
import io.anabranch.proto.Revocation;
import io.anabranch.relay.admission.RevokedReplicas;
import io.anabranch.relay.admission.Rounds;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.replica.identity.RevocationList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * Revokes devices, for good. A user who is to work again enrols a device anew: it becomes another replica.
 *
 * <p>A replica is revoked in a round, at the commit that the relay expects next of it; whoever is told of it is told when that is durable.
 * Thread-safe; waits for the disk.
 */
public final class RevocationDesk {

    private final RelayStore store;
    private final Rounds rounds;
    private final DeviceTable devices;
    private volatile Runnable revoked = () -> {};

    /** Revokes devices of a store. */
    public RevocationDesk(RelayStore store, Rounds rounds) {
        this.store = store;
        this.rounds = rounds;
        this.devices = new DeviceTable(store);
    }

    /** Calls back after each revocation. */
    public void onRevoked(Runnable listener) {
        revoked = listener;
    }

    /**
     * Revokes one.
     *
     * @throws IllegalArgumentException if there is no such device
     */
    Device revoke(long replica) {
        if (devices.device(replica).isEmpty()) {
            throw new IllegalArgumentException(
                    "There is no device of this replica id. See which there are with: relay device list");
        }
        return revokeAll(device -> device.getReplica() == replica).get(0);
    }

    /** Revokes all of a user. */
    List<Device> revokeOf(String user) {
        return revokeAll(device -> device.getUser().equals(user));
    }

    private List<Device> revokeAll(Predicate<Device> which) {
        List<Long> replicas =
                devices.list().stream().filter(which).map(Device::getReplica).toList();
        rounds.perform(round -> {
            replicas.forEach(replica -> round.revoke(replica, null));
            return true;
        });
        revoked.run();
        return devices.list().stream().filter(which).toList();
    }

    /** Takes revocations that this relay has made once and lost, from a list that it has signed. */
    public void recover(RevocationList known) {
        Collection<Revocation> lost = known.all().values().stream()
                .filter(revocation ->
                        new RevokedReplicas(store).find(revocation.getReplica()).isEmpty())
                .toList();
        if (!lost.isEmpty()) {
            rounds.perform(round -> {
                lost.forEach(revocation -> round.revoke(revocation.getReplica(), revocation));
                return true;
            });
            revoked.run();
        }
    }
}
