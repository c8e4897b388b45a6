package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.proto.Rejection;
import io.anabranch.replica.Replica;
import io.anabranch.replica.state.SyncError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints, retries or discards what the relay rejected. */
@Command(
        name = "errors",
        description = "Prints the commits that the relay rejected; with retry N or discard N, deals with one of them.",
        mixinStandardHelpOptions = true)
final class ErrorsCommand extends ReadSubcommand {

    private enum Action {
        list,
        retry,
        discard
    }

    @Parameters(index = "0", arity = "0..1", paramLabel = "retry|discard", description = "What to do with it.")
    private Action action = Action.list;

    @Parameters(index = "1", arity = "0..1", paramLabel = "N", description = "The commit's number, as printed.")
    private long seq;

    @Override
    int run(Replica replica) {
        boolean done = switch (action) {
            case list -> list(replica);
            case retry -> replica.retry(seq) != 0;
            case discard -> replica.discard(seq);
        };
        if (!done) {
            throw new CliFailure("there is no sync error " + seq + "; see: anabranch device errors");
        }
        return 0;
    }

    private boolean list(Replica replica) {
        for (SyncError error : replica.errors(Integer.MAX_VALUE)) {
            Rejection why = error.rejection();
            if (json()) {
                ObjectNode node = PendingCommand.json(error.commit());
                node.put("code", why.getCode().name());
                node.put("message", why.getMessage());
                node.put("type", why.getType()).put("id", why.getId()).put("field", why.getField());
                why.getDetailsMap().forEach(node.withObject("/details")::put);
                print(node);
            } else {
                out().println(PendingCommand.text(error.commit()));
                out().println("    " + why.getCode() + ": " + why.getMessage() + " " + why.getDetailsMap());
            }
        }
        return true;
    }
}
