package io.anabranch.replica.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.Reference;
import io.anabranch.replica.Replica;
import io.anabranch.replica.json.RecordJson;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints one record. */
@Command(name = "get", description = "Prints a record.", mixinStandardHelpOptions = true)
final class GetCommand extends ReadSubcommand {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(index = "0", paramLabel = "TYPE/ID", converter = RecordKeyConverter.class, description = "The record.")
    @SuppressWarnings("NullAway.Init")
    private RecordKey key;

    @Override
    int run(Replica replica) {
        Optional<Record> record = replica.get(key.type(), key.id());
        if (record.isEmpty()) {
            throw new CliFailure("there is no record " + key + " on this device; sync, or look at its id");
        }
        Map<String, Reference> references = replica.references(record.get());
        if (json()) {
            out().println(line(record.get(), references));
        } else {
            RecordText.print(out(), record.get());
            references.forEach((field, reference) -> out().println("  " + field + " -> " + text(reference)));
        }
        return 0;
    }

    private static String line(Record record, Map<String, Reference> references) {
        String line = RecordJson.line(record);
        if (references.isEmpty()) {
            return line;
        }
        try {
            ObjectNode node = (ObjectNode) JSON.readTree(line);
            references.forEach((field, reference) -> node.withObject("/references")
                    .putObject(field)
                    .put("type", reference.key().type())
                    .put("id", reference.key().id())
                    .put("state", reference.state().name().toLowerCase(Locale.ROOT)));
            return node.toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record was written as what is not JSON", e);
        }
    }

    private static String text(Reference reference) {
        return switch (reference.state()) {
            case PRESENT -> reference.key().toString();
            case STUB -> reference.key() + " (not on this device)";
            case DELETED -> reference.key() + " (deleted)";
        };
    }
}
