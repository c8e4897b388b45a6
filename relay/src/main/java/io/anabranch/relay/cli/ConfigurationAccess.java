package io.anabranch.relay.cli;

import io.anabranch.proto.ConfigurationState;
import io.anabranch.relay.configuration.ConfigurationEdit;
import io.anabranch.relay.configuration.ConfigurationMessages;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationRecord;
import java.util.List;
import java.util.Set;

/** The configuration of a relay, as a command finds and changes it. */
final class ConfigurationAccess {

    private final Administrator administrator;
    private final List<ConfigurationRecord> records;
    private final Configuration configuration;

    ConfigurationAccess(Administrator administrator) {
        this.administrator = administrator;
        ConfigurationState state = administrator.readConfiguration();
        this.records = ConfigurationMessages.records(state);
        this.configuration = Configuration.of(records, Set.copyOf(state.getRemovedTypesList()));
    }

    List<ConfigurationRecord> records() {
        return records;
    }

    Configuration configuration() {
        return configuration;
    }

    void change(List<ConfigurationEdit> edits) {
        administrator.changeConfiguration(ConfigurationMessages.change(edits));
    }
}
