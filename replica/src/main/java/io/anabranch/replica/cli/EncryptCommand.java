package io.anabranch.replica.cli;

import io.anabranch.replica.encryption.KeySource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Encrypts a store that is in plain. */
@Command(
        name = "encrypt",
        description =
                "Encrypts a store and its attachments that are in plain, under a passphrase or a key. If it is stopped,"
                        + " nothing has changed; run it again.",
        mixinStandardHelpOptions = true)
final class EncryptCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private DeviceCommand device;

    @Override
    public Integer call() {
        KeySource source = device.key().required();
        try (Progress progress = new Progress(spec.commandLine().getErr())) {
            device.encryption().encrypt(source, done -> progress.show(done + " entries encrypted"));
        }
        spec.commandLine()
                .getErr()
                .println("encrypted; from now on every command needs the passphrase or key. What was in plain is"
                        + " deleted, but a disk may keep it for a while, and backups do");
        return 0;
    }
}
