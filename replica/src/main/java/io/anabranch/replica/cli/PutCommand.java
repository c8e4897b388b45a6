package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.Transaction;
import io.anabranch.replica.json.FieldsJson;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Creates or changes a record. */
@Command(
        name = "put",
        description = {
            "Creates a record, or changes fields of it.",
            "A value is text unless it is a JSON number, true, false, null (which clears the field), a list (which becomes a set),"
                    + " or text in quotes."
        },
        mixinStandardHelpOptions = true)
final class PutCommand extends SaveSubcommand {

    @Parameters(
            index = "1..*",
            paramLabel = "FIELD=VALUE",
            converter = Assignment.Converter.class,
            description = "What to set.")
    private List<Assignment> assignments = new ArrayList<>();

    @Override
    void change(Transaction tx, RecordKey key) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        assignments.forEach(assignment -> fields.set(assignment.field(), assignment.value()));
        FieldsJson.apply(fields, tx.view(key), tx.record(key.type(), key.id()).edit());
    }
}
