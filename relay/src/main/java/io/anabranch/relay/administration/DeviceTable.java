package io.anabranch.relay.administration;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.Device;
import io.anabranch.proto.DeviceReport;
import io.anabranch.relay.admission.RevokedReplicas;
import io.anabranch.relay.session.DeviceReports;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayTable;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The enrolled devices: who they are, which is durable at once, and what they last said of themselves, which is shown at
 * once and durable after {@link #flush}. Thread-safe; reading and flushing wait for the disk.
 */
public final class DeviceTable implements DeviceReports {

    private final RelayTable table;
    private final RevokedReplicas revoked;
    private final Map<Long, News> news = new ConcurrentHashMap<>();

    /** What is not in the table yet; parts that are null have not changed. */
    private record News(
            @Nullable Long syncedMillis, @Nullable DeviceReport report) {

        private News then(News later) {
            return new News(
                    later.syncedMillis == null ? syncedMillis : later.syncedMillis,
                    later.report == null ? report : later.report);
        }

        private Device applyTo(Device device) {
            Device.Builder changed = device.toBuilder();
            if (syncedMillis != null) {
                changed.setLastSyncMillis(syncedMillis);
            }
            if (report != null) {
                changed.setPending(report.getPending())
                        .setErrors(report.getErrors())
                        .setAppliedSequence(report.getApplied().getSequence())
                        .setRefreshFollowed(Math.max(device.getRefreshFollowed(), report.getRefreshFollowed()));
            }
            return changed.build();
        }
    }

    /** The devices of a store. What was reported to another instance shows here once that has flushed. */
    public DeviceTable(RelayStore store) {
        this.table = store.table("devices");
        this.revoked = new RevokedReplicas(store);
    }

    /** The device of a replica, if one is enrolled. */
    public Optional<Device> device(long replica) {
        byte @Nullable [] value = table.get(key(replica));
        return value == null ? Optional.empty() : Optional.of(withNews(decode(value)));
    }

    /** All devices, ascending by replica id as unsigned. Costs their number. */
    public List<Device> list() {
        return table.rows().stream().map(row -> withNews(decode(row.value()))).toList();
    }

    /** Adds a device, durably, unless its replica id is taken; whether it did. */
    boolean add(Device device) {
        return table.putIfAbsent(key(device.getReplica()), device.toByteArray());
    }

    /**
     * Orders devices to refresh, durably.
     *
     * @return them, as they are then; none if one of them is not enrolled, and then nothing is ordered
     */
    List<Device> orderRefresh(Collection<Long> replicas) {
        if (!replicas.stream().allMatch(replica -> table.get(key(replica)) != null)) {
            return List.of();
        }
        return replicas.stream().map(this::orderRefresh).toList();
    }

    private Device orderRefresh(long replica) {
        while (true) {
            byte[] value = Objects.requireNonNull(table.get(key(replica)), "devices are never removed");
            Device device = decode(value);
            Device ordered = device.toBuilder()
                    // What the device says of itself may be of an earlier relay.
                    .setRefreshOrdered(1
                            + Math.max(
                                    device.getRefreshOrdered(), withNews(device).getRefreshFollowed()))
                    .build();
            if (table.replace(key(replica), value, ordered.toByteArray())) {
                return withNews(ordered);
            }
        }
    }

    /** The number of the latest order to refresh that a device was given, 0 if there was none. */
    @Override
    public long refreshOrdered(long replica) {
        return device(replica).map(Device::getRefreshOrdered).orElse(0L);
    }

    /** Notes that a device has synced. */
    public void synced(long replica, long nowMillis) {
        news.merge(replica, new News(nowMillis, null), News::then);
    }

    /** Notes what a device says about itself. */
    @Override
    public void reported(long replica, DeviceReport report) {
        news.merge(replica, new News(null, report), News::then);
    }

    private Device withNews(Device device) {
        News unsaved = news.get(device.getReplica());
        Device known = unsaved == null ? device : unsaved.applyTo(device);
        return revoked.find(device.getReplica())
                .map(revocation -> known.toBuilder()
                        .setRevokedMillis(revocation.getRevokedMillis())
                        .build())
                .orElse(known);
    }

    /** Makes what was noted durable. Called every few seconds, and at the end. */
    public void flush() {
        for (long replica : List.copyOf(news.keySet())) {
            News unsaved = news.get(replica);
            if (unsaved != null && write(replica, unsaved)) {
                news.remove(replica, unsaved);
            }
        }
    }

    private boolean write(long replica, News unsaved) {
        byte @Nullable [] value = table.get(key(replica));
        return value == null
                || table.replace(
                        key(replica), value, unsaved.applyTo(decode(value)).toByteArray());
    }

    private static byte[] key(long replica) {
        return ByteBuffer.allocate(Long.BYTES).putLong(replica).array();
    }

    private static Device decode(byte[] value) {
        try {
            return Device.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a device's entry is damaged; restore the relay's data", e);
        }
    }
}
