package io.anabranch.relay.cli;

import io.anabranch.proto.ConfigurationChanged;
import io.anabranch.relay.configuration.ConfigurationEdit;
import io.vertx.core.json.JsonObject;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a command that changes one thing of the configuration, and what it prints. */
final class ChangeOptions {

    /** Told of a change that is not in effect yet. */
    static final String LATER =
            "The change is stored. It takes effect when the relay has read the records that it is about.";

    @Option(
            names = "--json",
            description = "Print one JSON object: whether anything changed, where, and whether it is in effect.")
    private boolean json;

    @Mixin
    private EffectWait wait = new EffectWait();

    /** Makes the change for a task, waits until it is in effect if it is to, and says so. */
    void change(ConfigurationAccess access, ConfigurationEdit edit, RelayTask task) {
        ConfigurationChanged changed = access.change(List.of(edit));
        boolean inEffect = wait.await(access, task.err());
        if (json) {
            task.print(new JsonObject()
                    .put("name", edit.name())
                    .put("changed", changed.getEpoch() > 0)
                    .put("epoch", changed.getEpoch())
                    .put("sequence", changed.getSequence())
                    .put("inEffect", inEffect)
                    .encode());
        } else if (!inEffect) {
            task.err().println(LATER);
        }
    }
}
