package io.anabranch.relay.cli;

import io.anabranch.proto.RevokeReply;
import io.anabranch.proto.RevokeRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code relay user revoke}: a user and all devices of that user. */
@Command(
        name = "revoke",
        description =
                "Revoke a user: make it inactive, void its unused enrolment codes, and revoke all its devices. To let the user work"
                        + " again: user set NAME --active true, and enrol a device anew.",
        mixinStandardHelpOptions = true)
final class UserRevokeCommand extends RelayTask {

    @Parameters(paramLabel = "NAME", description = "The user's name.")
    private String name = "";

    @Mixin
    private RelayChoice relay = new RelayChoice();

    @Override
    void perform() {
        try (Administrator administrator = relay.open(false)) {
            RevokeReply revoked = administrator.revoke(
                    RevokeRequest.newBuilder().setUser(name).build());
            revoked.getDevicesList().forEach(device -> print(DeviceCommand.revoked(device)));
            print("revoked user " + name + " and " + revoked.getDevicesCount() + " devices");
        }
    }
}
