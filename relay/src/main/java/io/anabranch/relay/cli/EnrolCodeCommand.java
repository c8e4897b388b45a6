package io.anabranch.relay.cli;

import io.anabranch.proto.CreateEnrolmentCodeReply;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code relay enrol-code}: a one-time code for a user's next device. */
@Command(
        name = "enrol-code",
        description = "Print a one-time code with which a device is enrolled for a user, within seven days."
                + " A user who is not known is added.",
        mixinStandardHelpOptions = true)
final class EnrolCodeCommand extends RelayTask {

    @Parameters(paramLabel = "NAME", description = "The user's name.")
    private String name = "";

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "The only kind of device that can be enrolled with it, such as tablet; it is that kind then.")
    private String type = "";

    @Option(names = "--json", description = "As a JSON object, with the time it expires.")
    private boolean json;

    @Mixin
    private RelayChoice relay = new RelayChoice();

    @Override
    void perform() {
        try (Administrator administrator = relay.open(true)) {
            CreateEnrolmentCodeReply code = administrator.createEnrolmentCode(name, type);
            print(json ? json(code) : code.getCode());
        }
    }

    private String json(CreateEnrolmentCodeReply code) {
        return new JsonObject()
                .put("user", name)
                .put("type", type)
                .put("code", code.getCode())
                .put("expiresMillis", code.getExpiresMillis())
                .encode();
    }
}
