package io.anabranch.replica.cli;

import io.anabranch.crdt.Record;
import io.anabranch.replica.FoundPage;
import io.anabranch.replica.Replica;
import io.anabranch.replica.json.RecordJson;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the records that match a filter. */
@Command(
        name = "find",
        description = "Prints the records of a type that match a filter such as: state = 'WA' AND district > 3",
        mixinStandardHelpOptions = true)
final class FindCommand extends ReadSubcommand {

    @Parameters(index = "0", paramLabel = "TYPE", description = "The object type.")
    @SuppressWarnings("NullAway.Init")
    private String type;

    @Parameters(index = "1", arity = "0..1", paramLabel = "WHERE", description = "The filter; all records if left out.")
    private String where = "";

    @Option(
            names = "--order",
            paramLabel = "FIELD",
            description = "Order by a field, or FIELD DESC; by id if left out.")
    private @Nullable String order;

    @Option(names = "--limit", paramLabel = "N", description = "At most N records.")
    private @Nullable Long limit;

    @Option(names = "--after", paramLabel = "PLACE", description = "Go on from where the last page ended, as it said.")
    private String after = "";

    @Option(names = "--explain", description = "Print which index would be used instead.")
    private boolean explain;

    @Override
    int run(Replica replica) {
        StringBuilder filter = new StringBuilder(where);
        if (order != null) {
            filter.append(" ORDER BY ").append(order);
        }
        OptionalLong countMax = limit == null ? OptionalLong.empty() : OptionalLong.of(limit);
        countMax.ifPresent(count -> filter.append(" LIMIT ").append(count));
        if (explain) {
            out().println(replica.explain(type, filter.toString()));
            return 0;
        }
        FoundPage page = replica.findPage(type, filter.toString(), after);
        if (!page.next().isEmpty()) {
            err().println("more: --after " + page.next());
        }
        for (Record record : page.records()) {
            if (json()) {
                out().println(RecordJson.line(record));
            } else {
                RecordText.print(out(), record);
            }
        }
        return 0;
    }
}
