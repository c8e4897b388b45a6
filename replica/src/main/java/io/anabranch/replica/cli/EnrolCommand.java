package io.anabranch.replica.cli;

import io.anabranch.replica.Replica;
import io.anabranch.replica.grpc.DeviceLabel;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.identity.Identity;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Gives the device to a user of a relay. */
@Command(
        name = "enrol",
        description = "Enrols the device with a relay, with a one-time code from: anabranch relay enrol-code NAME",
        mixinStandardHelpOptions = true)
final class EnrolCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private DeviceCommand device;

    @Option(names = "--relay", required = true, paramLabel = "HOST:PORT", description = "Where the relay listens.")
    @SuppressWarnings("NullAway.Init")
    private String relay;

    @Option(names = "--code", required = true, paramLabel = "CODE", description = "The one-time code.")
    @SuppressWarnings("NullAway.Init")
    private String code;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The device's name in the office; this machine's if left out.")
    private @Nullable String name;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            defaultValue = "",
            description =
                    "What kind of device it is, such as tablet: rules may be for some kinds only. Left out, it is the kind"
                            + " that the code is for.")
    @SuppressWarnings("NullAway.Init")
    private String type;

    @Override
    public Integer call() {
        RelayAddress address = RelayAddress.parse(relay);
        EnrolmentCode parsed = EnrolmentCode.parse(code);
        try (Replica replica = device.open()) {
            replica.enrol(address, parsed, new DeviceLabel(name == null ? machineName() : name, type));
            String user = replica.identity().map(Identity::user).orElse("");
            spec.commandLine()
                    .getErr()
                    .println("enrolled for " + user + " at " + address + "; now: anabranch device sync");
        }
        return 0;
    }

    private static String machineName() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.length() > 60 ? name.substring(0, 60) : name;
        } catch (UnknownHostException e) {
            return "device";
        }
    }
}
