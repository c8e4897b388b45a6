package io.anabranch.relay.declaration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.ConfigurationType;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes a configuration as a file that {@link Declaration#read} reads as the same. */
public final class DeclarationText {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WIDTH = 140;

    private DeclarationText() {}

    /** As one line of JSON, which is YAML too. */
    public static String json(Configuration configuration) {
        return tree(configuration).toString();
    }

    /** As YAML, which ends with a line break. */
    public static String yaml(Configuration configuration) {
        JsonNode tree = tree(configuration);
        if (tree.isEmpty()) {
            return "# Nothing is configured.\n";
        }
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setWidth(WIDTH)
                .setSplitLines(false)
                .build();
        return new Dump(settings).dumpToString(JSON.convertValue(tree, Map.class));
    }

    private static ObjectNode tree(Configuration configuration) {
        ObjectNode tree = JSON.createObjectNode();
        List<ConfigurationRecord> records = configuration.records();
        for (ConfigurationType type : ConfigurationType.values()) {
            Section section = Section.of(type);
            records.stream()
                    .filter(record -> record.type() == type)
                    .forEach(record ->
                            tree.withObjectProperty(section.key()).set(record.name(), section.declared(record)));
        }
        return tree;
    }
}
