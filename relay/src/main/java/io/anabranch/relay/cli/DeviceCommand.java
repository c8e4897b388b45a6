package io.anabranch.relay.cli;

import io.anabranch.proto.Device;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code relay device}: the enrolled devices. */
@Command(
        name = "device",
        description = "List enrolled devices, and have them refresh.",
        mixinStandardHelpOptions = true,
        subcommands = {DeviceCommand.ListAll.class, DeviceRefreshCommand.class})
final class DeviceCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list or refresh.");
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
                                    "REFRESH")
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
                    isToRefresh(device) ? "ordered" : device.getRefreshFollowed() > 0 ? "done" : "");
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
                    .encode();
        }

        private static boolean isToRefresh(Device device) {
            return device.getRefreshOrdered() > device.getRefreshFollowed();
        }

        private static String replica(Device device) {
            return HexFormat.of().toHexDigits(device.getReplica());
        }

        private static String time(long millis) {
            return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
        }
    }
}
