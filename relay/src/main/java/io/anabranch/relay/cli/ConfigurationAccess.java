package io.anabranch.relay.cli;

import io.anabranch.proto.ConfigurationChanged;
import io.anabranch.proto.ConfigurationState;
import io.anabranch.proto.ScopePreviewReply;
import io.anabranch.proto.ScopesProgress;
import io.anabranch.relay.configuration.ConfigurationEdit;
import io.anabranch.relay.configuration.ConfigurationMessages;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationRecord;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The configuration of a relay, as a command finds and changes it. */
final class ConfigurationAccess {

    private final Administrator administrator;
    private final Configuration configuration;
    private final Map<String, Long> liveRecords;
    private final Map<String, String> ruleProblems;

    ConfigurationAccess(Administrator administrator) {
        this.administrator = administrator;
        ConfigurationState state = administrator.readConfiguration();
        List<ConfigurationRecord> records = ConfigurationMessages.records(state);
        this.ruleProblems = state.getRuleProblemsMap();
        this.liveRecords = state.getLiveRecordsMap();
        this.configuration = Configuration.of(records, Set.copyOf(state.getRemovedTypesList()));
    }

    /** Why a rule gives nothing; empty if it can be followed. */
    String problem(String rule) {
        return ruleProblems.getOrDefault(rule, "");
    }

    Configuration configuration() {
        return configuration;
    }

    /** How many records there are of a type. */
    long liveRecords(String type) {
        return liveRecords.getOrDefault(type, 0L);
    }

    ScopePreviewReply preview(List<ConfigurationEdit> edits) {
        return administrator.previewScopes(ConfigurationMessages.change(edits));
    }

    ConfigurationChanged change(List<ConfigurationEdit> edits) {
        return administrator.changeConfiguration(ConfigurationMessages.change(edits));
    }

    ScopesProgress awaitScopes() {
        return administrator.awaitScopes();
    }
}
