package io.anabranch.relay.cli;

import io.anabranch.proto.BackupReply;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code relay backup}: a copy of everything a relay needs, while it serves or not. */
@Command(
        name = "backup",
        description = "Write a backup to a new directory on the relay's machine, whether the relay runs or not."
                + " The authority's private keys are in it.",
        mixinStandardHelpOptions = true)
final class BackupCommand extends RelayTask {

    @Parameters(paramLabel = "DIR", description = "Where the backup goes; nothing may be there.")
    private Path directory = Path.of("");

    @Option(names = "--json", description = "As a JSON object.")
    private boolean json;

    @Mixin
    private RelayChoice relay = new RelayChoice();

    @Override
    void perform() {
        try (Administrator administrator = relay.open(false)) {
            BackupReply backup = administrator.backup(directory.toAbsolutePath().normalize());
            print(json ? json(backup) : text(backup));
        }
    }

    private static String text(BackupReply backup) {
        return "backup of " + backup.getSequence() + " accepted commits in " + backup.getDirectory() + ", "
                + backup.getSize() + " bytes";
    }

    private static String json(BackupReply backup) {
        return new JsonObject()
                .put("directory", backup.getDirectory())
                .put("epoch", backup.getEpoch())
                .put("sequence", backup.getSequence())
                .put("size", backup.getSize())
                .encode();
    }
}
