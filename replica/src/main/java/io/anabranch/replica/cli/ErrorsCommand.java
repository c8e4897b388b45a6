package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Rejection;
import io.anabranch.replica.Replica;
import io.anabranch.replica.Transaction;
import io.anabranch.replica.json.FieldsJson;
import io.anabranch.replica.state.SyncError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what the relay rejected, and deals with it. */
@Command(
        name = "errors",
        description = {
            "Prints the commits that the relay rejected, and what may be done about each.",
            "  errors retry N [FIELD=VALUE…]  sends N again, with changes of the record that was rejected",
            "  errors retry --all             sends all again, in their order",
            "  errors discard N               takes back what N wrote",
            "  errors undelete N              brings the deleted record back and sends N again",
            "  errors ask N TEXT              tells the administrator about N, with the next sync"
        },
        mixinStandardHelpOptions = true)
final class ErrorsCommand extends ReadSubcommand {

    private enum Action {
        list,
        retry,
        discard,
        undelete,
        ask
    }

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "retry|discard|undelete|ask",
            description = "What to do with it.")
    private Action action = Action.list;

    @Parameters(index = "1", arity = "0..1", paramLabel = "N", description = "The commit's number, as printed.")
    private long seq;

    @Parameters(index = "2..*", paramLabel = "FIELD=VALUE", description = "What to change, or the note.")
    private List<String> arguments = new ArrayList<>();

    @Option(names = "--without", paramLabel = "FIELD", description = "Leave this field as it was; may be repeated.")
    private Set<String> without = Set.of();

    @Option(names = "--all", description = "Retry all of them.")
    private boolean all;

    @Override
    int run(Replica replica) {
        boolean done = switch (action) {
            case list -> list(replica);
            case retry -> all ? retryAll(replica) : retry(replica);
            case discard -> replica.errors().discard(seq);
            case undelete -> replica.errors().undelete(seq) != 0;
            case ask -> replica.errors().note(seq, String.join(" ", arguments));
        };
        if (!done) {
            throw new CliFailure(
                    "there is no sync error " + seq + ", or nothing is left of it; see: anabranch device errors");
        }
        return 0;
    }

    private boolean retryAll(Replica replica) {
        replica.errors()
                .list(Integer.MAX_VALUE)
                .forEach(error -> replica.errors().retry(error.seq()));
        return true;
    }

    private boolean retry(Replica replica) {
        if (arguments.isEmpty() && without.isEmpty()) {
            return replica.errors().retry(seq) != 0;
        }
        return replica.errors().list(Integer.MAX_VALUE).stream()
                .filter(error -> error.seq() == seq)
                .anyMatch(error -> replica.errors().retry(seq, without, tx -> edit(tx, rejected(error))) != 0);
    }

    private void edit(Transaction tx, RecordKey key) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        Assignment.Converter converter = new Assignment.Converter();
        for (String argument : arguments) {
            Assignment assignment = converter.convert(argument);
            fields.set(assignment.field(), assignment.value());
        }
        if (!fields.isEmpty()) {
            FieldsJson.apply(
                    fields, tx.view(key), tx.record(key.type(), key.id()).edit());
        }
    }

    /** The record that the relay rejected the commit for; of one that it did not say, the first. */
    private static RecordKey rejected(SyncError error) {
        Rejection why = error.rejection();
        return why.getType().isEmpty() || why.getId().isEmpty()
                ? error.commit().deltas().get(0).key()
                : new RecordKey(why.getType(), why.getId());
    }

    private boolean list(Replica replica) {
        for (SyncError error : replica.errors().list(Integer.MAX_VALUE)) {
            Rejection why = error.rejection();
            List<String> remedies =
                    error.remedies().stream().map(ErrorsCommand::text).toList();
            if (json()) {
                ObjectNode node = PendingCommand.json(error.commit());
                node.put("code", why.getCode().name());
                node.put("message", why.getMessage());
                node.put("type", why.getType()).put("id", why.getId()).put("field", why.getField());
                why.getDetailsMap().forEach(node.withObject("/details")::put);
                remedies.forEach(node.withArray("remedies")::add);
                node.put("note", error.note());
                print(node);
            } else {
                out().println(PendingCommand.text(error.commit()));
                String field = why.getField().isEmpty() ? "" : " " + why.getField();
                out().println("    " + why.getCode() + field + ": " + why.getMessage() + " " + why.getDetailsMap());
                out().println("    you may: " + String.join(", ", remedies));
                if (!error.note().isEmpty()) {
                    out().println("    note: " + error.note());
                }
            }
        }
        return true;
    }

    private static String text(SyncError.Remedy remedy) {
        return remedy.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
