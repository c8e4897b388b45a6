package io.anabranch.relay.server;

import io.anabranch.crdt.Position;
import io.anabranch.proto.Device;
import io.anabranch.relay.administration.DeviceTable;
import io.anabranch.relay.administration.RelayAdministration;
import io.anabranch.relay.scope.ScopeProblem;
import io.anabranch.relay.server.grpc.ConnectedDevices;
import io.anabranch.relay.server.sequencer.Sequencer;
import io.anabranch.relay.server.web.ConsoleSource;
import io.anabranch.relay.server.web.Health;
import io.anabranch.relay.server.web.Overview;
import io.anabranch.relay.server.web.Overview.DeviceLine;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayTable;
import io.anabranch.relay.store.RelayView;
import io.anabranch.replica.storage.StorageException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The console's pages from the parts of the relay. Asked by many browsers, it looks into the store once a second. */
final class ConsoleView implements ConsoleSource {

    private static final long FRESH_NANOS = 1_000_000_000;
    private static final byte[] HEALTH_KEY = "health".getBytes(StandardCharsets.US_ASCII);

    private final Parts parts;
    private final InstantSource clock;
    private final long startedMillis;
    private final RelayTable probes;
    private final Remembered<Overview> overview = new Remembered<>(FRESH_NANOS, this::look);
    private final Remembered<Boolean> writes = new Remembered<>(FRESH_NANOS, this::write);

    /** What is shown. */
    record Parts(
            RelayStore store,
            RelayAdministration administration,
            DeviceTable devices,
            ConnectedDevices connected,
            Sequencer sequencer,
            PrometheusMeterRegistry registry) {}

    ConsoleView(Parts parts, InstantSource clock) {
        this.parts = parts;
        this.clock = clock;
        this.startedMillis = clock.millis();
        this.probes = parts.store.table("probes");
    }

    @Override
    public Overview overview() {
        return overview.get();
    }

    @Override
    public Health health() {
        return Health.of(Map.of("sequencer", parts.sequencer.isAlive(), "store", writes.get()));
    }

    @Override
    public String metrics() {
        return parts.registry.scrape();
    }

    private boolean write() {
        try {
            probes.put(
                    HEALTH_KEY,
                    ByteBuffer.allocate(Long.BYTES).putLong(clock.millis()).array());
            return true;
        } catch (StorageException | IllegalStateException e) {
            return false;
        }
    }

    private Overview look() {
        try (RelayView view = parts.store.view()) {
            Position head = view.head();
            List<DeviceLine> lines = parts.devices.list().stream()
                    .map(device -> line(device, head))
                    .toList();
            return new Overview(
                    version(),
                    clock.millis(),
                    startedMillis,
                    head.epoch(),
                    head.sequence(),
                    parts.administration.userCount(),
                    new TreeMap<>(view.liveRecordsByType()),
                    lines,
                    parts.administration.scopeProblems().stream()
                            .map(ScopeProblem::toString)
                            .toList());
        }
    }

    private DeviceLine line(Device device, Position head) {
        return new DeviceLine(
                HexFormat.of().toHexDigits(device.getReplica()),
                device.getUser(),
                device.getName(),
                parts.connected.contains(device.getReplica()),
                device.getLastSyncMillis(),
                device.getAppliedSequence(),
                Math.max(0, head.sequence() - device.getAppliedSequence()),
                device.getPending(),
                device.getErrors());
    }

    private static String version() {
        String version = ConsoleView.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
