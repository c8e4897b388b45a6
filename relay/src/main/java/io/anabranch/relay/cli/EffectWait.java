package io.anabranch.relay.cli;

import io.anabranch.proto.ScopesProgress;
import io.anabranch.replica.cli.Progress;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** Whether a command that changes configuration waits until devices are given what is configured now. */
final class EffectWait {

    @Option(
            names = "--no-wait",
            description =
                    "Return when the change is stored. Otherwise wait until it is in effect: until the relay has read"
                            + " the records that new rules are about.")
    private boolean noWait;

    /**
     * Waits if it is to, and shows how far it is where there is a terminal.
     *
     * @return whether the change is in effect
     */
    boolean await(ConfigurationAccess access, PrintWriter err) {
        try (Progress progress = new Progress(err)) {
            ScopesProgress now = access.awaitScopes();
            while (!now.getInEffect() && !noWait) {
                progress.show(
                        "Records read for the change: " + Progress.bar(now.getRecordsRead(), now.getRecordsTotal()));
                now = access.awaitScopes();
            }
            return now.getInEffect();
        } catch (CommandFailedException e) {
            throw new CommandFailedException(
                    "The change is stored, but it could not be seen whether it is in effect. " + e.getMessage());
        }
    }
}
