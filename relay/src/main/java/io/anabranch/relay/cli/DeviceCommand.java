package io.anabranch.relay.cli;

import io.anabranch.proto.Device;
import io.anabranch.proto.RevokeRequest;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code relay device}: the enrolled devices. */
@Command(
        name = "device",
        description = "List and revoke enrolled devices, and have them refresh.",
        mixinStandardHelpOptions = true,
        subcommands = {DeviceCommand.ListAll.class, DeviceCommand.Revoke.class, DeviceRefreshCommand.class})
final class DeviceCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list, revoke or refresh.");
    }

    @Command(
            name = "list",
            description = "List the devices, with what they last said of themselves.",
            mixinStandardHelpOptions = true)
    static final class ListAll extends RelayTask {

        @Option(names = "--json", description = "One JSON object a line.")
        private boolean json;

        @Mixin
        private RelayChoice relay = new RelayChoice();

        @Override
        void perform() {
            try (Administrator administrator = relay.open(false)) {
                List<Device> devices = administrator.listDevices();
                if (json) {
                    devices.forEach(device -> print(json(device)));
                } else {
                    new TextTable(
                                    "REPLICA",
                                    "USER",
                                    "DEVICE",
                                    "TYPE",
                                    "LAST SYNC",
                                    "APPLIED",
                                    "PENDING",
                                    "ERRORS",
                                    "STATE")
                            .rows(devices, ListAll::cells)
                            .lines()
                            .forEach(this::print);
                }
            }
        }

        private static List<String> cells(Device device) {
            return List.of(
                    replica(device),
                    device.getUser(),
                    device.getName(),
                    device.getType(),
                    device.getLastSyncMillis() == 0 ? "never" : time(device.getLastSyncMillis()),
                    Long.toString(device.getAppliedSequence()),
                    Long.toString(device.getPending()),
                    Long.toString(device.getErrors()),
                    state(device));
        }

        private static String json(Device device) {
            return new JsonObject()
                    .put("replica", replica(device))
                    .put("user", device.getUser())
                    .put("name", device.getName())
                    .put("type", device.getType())
                    .put("enrolledMillis", device.getEnrolledMillis())
                    .put("lastSyncMillis", device.getLastSyncMillis())
                    .put("appliedSequence", device.getAppliedSequence())
                    .put("pending", device.getPending())
                    .put("errors", device.getErrors())
                    .put("refreshOrdered", device.getRefreshOrdered())
                    .put("refreshFollowed", device.getRefreshFollowed())
                    .put("revokedMillis", device.getRevokedMillis())
                    .encode();
        }
    }

    @Command(
            name = "revoke",
            description =
                    "Revoke a device, for good: its connections end at once, later calls are refused, and changes of it that were"
                            + " not here yet are rejected, whoever brings them. Its user may enrol another.",
            mixinStandardHelpOptions = true)
    static final class Revoke extends RelayTask {

        @Parameters(paramLabel = "ID", converter = ReplicaId.class, description = "The device's replica id, as listed.")
        private long replica;

        @Mixin
        private RelayChoice relay = new RelayChoice();

        @Override
        void perform() {
            try (Administrator administrator = relay.open(false)) {
                administrator
                        .revoke(RevokeRequest.newBuilder().setReplica(replica).build())
                        .getDevicesList()
                        .forEach(device -> print(revoked(device)));
            }
        }
    }

    /** A replica id in hexadecimal digits. */
    static final class ReplicaId implements ITypeConverter<Long> {

        @Override
        public Long convert(String text) {
            try {
                return HexFormat.fromHexDigitsToLong(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("a replica id has 16 hexadecimal digits, not: " + text);
            }
        }
    }

    static String revoked(Device device) {
        return "revoked " + replica(device) + " (" + device.getName() + " of " + device.getUser() + ")";
    }

    private static String state(Device device) {
        if (device.getRevokedMillis() != 0) {
            return "revoked";
        }
        boolean isToRefresh = device.getRefreshOrdered() > device.getRefreshFollowed();
        return isToRefresh ? "to refresh" : device.getRefreshFollowed() > 0 ? "refreshed" : "";
    }

    static String replica(Device device) {
        return HexFormat.of().toHexDigits(device.getReplica());
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
