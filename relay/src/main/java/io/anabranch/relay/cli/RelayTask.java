package io.anabranch.relay.cli;

import io.anabranch.relay.authority.AuthorityException;
import io.anabranch.relay.server.RelayStartException;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.storage.StorageException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that does something: what can go wrong for its user is one sentence on standard error, and status 1. */
abstract class RelayTask implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** Does it. */
    abstract void perform() throws InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        try {
            perform();
            return 0;
        } catch (CommandFailedException
                | StorageException
                | AuthorityException
                | IdentityException
                | RelayStartException
                | UncheckedIOException
                | IllegalArgumentException e) {
            err().println(e.getMessage());
            err().flush();
            return 1;
        }
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Prints a line of results. */
    final void print(String line) {
        out().println(line);
        out().flush();
    }
}
