package io.anabranch.replica.cli;

import io.anabranch.replica.DeviceEncryption;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaOptions;
import io.anabranch.replica.encryption.KeySource;
import io.anabranch.replica.tracking.SyncSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code anabranch device}: one device's store, from the command line. */
@Command(
        name = "device",
        description = "Works with a device's records and syncs them.",
        mixinStandardHelpOptions = true,
        subcommands = {
            EnrolCommand.class,
            PutCommand.class,
            ElementCommand.Add.class,
            ElementCommand.Remove.class,
            IncrementCommand.class,
            DeleteCommand.class,
            GetCommand.class,
            FindCommand.class,
            ImportCommand.class,
            DumpCommand.class,
            SyncCommand.class,
            ApplyCommand.class,
            TrackingCommand.class,
            StatusCommand.class,
            PendingCommand.class,
            ErrorsCommand.class,
            AttachCommand.class,
            AttachmentCommand.class,
            AttachmentsCommand.class,
            ServeCommand.class,
            EncryptCommand.class,
            PassphraseCommand.class
        })
public final class DeviceCommand implements Runnable {

    private static final int TRACKS_KEPT = 50;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "The device's directory; made if it is missing.")
    private @Nullable Path data;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private KeyOptions key;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do; see: anabranch device --help");
    }

    /** Opens the store that {@code --data} names. */
    Replica open() {
        return open(SyncSettings.DEFAULTS);
    }

    /** Opens the store with settings of sync of its own. */
    Replica open(SyncSettings settings) {
        ReplicaOptions options = ReplicaOptions.defaults().withSync(settings.withTracksKept(TRACKS_KEPT));
        try (KeySource source = key.source()) {
            return Replica.open(directory(), options.withKey(source));
        }
    }

    /** Opens the store, and does not make one. */
    Replica openExisting() {
        if (!encryption().hasStore()) {
            throw new CliFailure("there is no device in " + directory() + "; put a record or enrol the device first");
        }
        return open();
    }

    /** What opens the store, as the command line says. */
    KeyOptions key() {
        return key;
    }

    /** The encryption of the store that {@code --data} names. */
    DeviceEncryption encryption() {
        return new DeviceEncryption(directory());
    }

    private Path directory() {
        Path directory = data;
        if (directory == null) {
            throw new ParameterException(spec.commandLine(), "say which device with --data DIR");
        }
        return directory;
    }
}
