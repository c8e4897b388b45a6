package io.anabranch.relay.cli;

import io.anabranch.proto.Device;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code relay device refresh}: orders devices to refresh. */
@Command(
        name = "refresh",
        description = {
            "Have devices fetch everything anew.",
            "Each does it by itself at its next sync, keeps working meanwhile, and keeps what it has not sent yet. See: relay device list"
        },
        mixinStandardHelpOptions = true)
final class DeviceRefreshCommand extends RelayTask {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "ID",
            converter = DeviceCommand.ReplicaId.class,
            description = "The devices, by their replica ids as listed.")
    private List<Long> ids = new ArrayList<>();

    @Option(names = "--all", description = "All enrolled devices.")
    private boolean all;

    @Mixin
    private RelayChoice relay = new RelayChoice();

    @Override
    void perform() {
        if (all != ids.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Say which devices by their ids, or --all.");
        }
        try (Administrator administrator = relay.open(false)) {
            List<Device> ordered = administrator.orderRefresh(ids);
            if (ordered.isEmpty() && !all) {
                throw new CommandFailedException(
                        "Nothing was ordered: not all of these devices are enrolled. See: anabranch relay device list");
            }
            ordered.forEach(
                    device -> print(DeviceCommand.replica(device) + " " + device.getUser() + " " + device.getName()));
        }
    }
}
