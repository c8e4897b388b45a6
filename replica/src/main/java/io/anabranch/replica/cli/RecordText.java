package io.anabranch.replica.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import io.anabranch.replica.json.RecordJson;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** A record for reading: a line for each field, and what concurrent writes left beside the value shown. */
final class RecordText {

    private static final ObjectMapper JSON = new ObjectMapper();

    private RecordText() {}

    static void print(PrintWriter out, Record record) {
        out.println(record.key());
        for (Map.Entry<String, JsonNode> field : fields(record).properties()) {
            out.println("  " + field.getKey() + " = " + field.getValue());
            List<Value> values = record.values(field.getKey());
            if (values.size() > 1 && !field.getValue().isArray()) {
                values.subList(1, values.size())
                        .forEach(value -> out.println("      also written at the same time: " + value));
            }
        }
    }

    private static JsonNode fields(Record record) {
        try {
            return JSON.readTree(RecordJson.line(record)).get("fields");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record was written as what is not JSON", e);
        }
    }
}
