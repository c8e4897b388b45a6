package io.anabranch.replica.cli;

import io.anabranch.replica.CommitRefusedException;
import io.anabranch.replica.attachment.AttachmentException;
import io.anabranch.replica.encryption.KeyException;
import io.anabranch.replica.grpc.SyncException;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.json.InvalidFieldException;
import io.anabranch.replica.query.QueryException;
import io.anabranch.replica.state.CommitTooLargeException;
import io.anabranch.replica.storage.StorageException;
import io.grpc.StatusRuntimeException;
import java.util.List;
import picocli.CommandLine;

/** Runs commands the way all of them are run: errors that a person can act on are one line, bugs are a stack trace. */
public final class Cli {

    private static final List<Class<? extends Exception>> EXPLAINED = List.of(
            CliFailure.class,
            SyncException.class,
            StorageException.class,
            KeyException.class,
            QueryException.class,
            InvalidFieldException.class,
            IdentityException.class,
            CommitTooLargeException.class,
            CommitRefusedException.class,
            AttachmentException.class,
            StatusRuntimeException.class,
            IllegalArgumentException.class);

    private Cli() {}

    /**
     * Runs a command.
     *
     * @return the exit status: 0 done, 1 not done, 2 the command line is wrong
     */
    public static int run(Object command, String... arguments) {
        return new CommandLine(command)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    report(failure, line);
                    return 1;
                })
                .execute(arguments);
    }

    private static void report(Exception failure, CommandLine line) {
        if (EXPLAINED.stream().anyMatch(type -> type.isInstance(failure))) {
            line.getErr().println("anabranch: " + failure.getMessage());
        } else {
            failure.printStackTrace(line.getErr());
        }
        line.getErr().flush();
    }
}
