package io.anabranch.relay.cli;

import io.anabranch.crdt.Position;
import io.anabranch.relay.server.RelayBackup;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code relay restore}: a relay's directory from a backup. */
@Command(
        name = "restore",
        description =
                "Make a relay's directory from a backup. Devices notice when it is started, and bring back what the"
                        + " backup lacks.",
        mixinStandardHelpOptions = true)
final class RestoreCommand extends RelayTask {

    @Parameters(paramLabel = "BACKUP", description = "The directory of the backup.")
    private Path backup = Path.of("");

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "The relay's directory; nothing may be there.")
    private Path data = Path.of("");

    @Override
    void perform() {
        Position head = RelayBackup.restore(backup, data);
        print("restored " + head.sequence() + " accepted commits; epoch " + head.epoch() + " begins");
    }
}
