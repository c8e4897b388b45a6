package io.anabranch.relay.cli;

import io.anabranch.proto.ListRejectedReply;
import io.anabranch.proto.RejectedCommit;
import io.anabranch.proto.RetryRejectedReply;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code relay errors}: the commits that were rejected. */
@Command(
        name = "errors",
        description =
                "List the commits that were rejected and that their users have neither retried nor discarded, with their content.",
        mixinStandardHelpOptions = true,
        subcommands = ErrorsCommand.Retry.class)
final class ErrorsCommand extends RelayTask {

    @Option(names = "--user", paramLabel = "NAME", description = "Those of this user only.")
    private String user = "";

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Mixin
    private RelayChoice relay = new RelayChoice();

    @Override
    void perform() {
        try (Administrator administrator = relay.open(false)) {
            ListRejectedReply reply = administrator.listRejected(user);
            if (json) {
                reply.getCommitsList().forEach(commit -> print(RejectedText.json(commit)));
            } else {
                new TextTable("ID", "USER", "CODE", "RECORD", "FIELD", "MESSAGE", "NOTE", "CONTENT")
                        .rows(reply.getCommitsList(), RejectedText::cells)
                        .lines()
                        .forEach(this::print);
            }
            if (reply.getMore()) {
                err().println("There are more. Ask for those of one user with --user, or retry these first.");
            }
        }
    }

    @Command(
            name = "retry",
            description = "Judge rejected commits again, by the rules as they are now.",
            mixinStandardHelpOptions = true)
    static final class Retry extends RelayTask {

        private static final Pattern ID = Pattern.compile("([0-9a-fA-F]{16})/([1-9][0-9]{0,17})");

        @Parameters(arity = "0..*", paramLabel = "ID", description = "Their ids, as errors lists them.")
        private List<String> ids = new ArrayList<>();

        @Option(names = "--all", description = "All of them.")
        private boolean all;

        @Option(names = "--json", description = "One JSON object a line.")
        private boolean json;

        @Mixin
        private RelayChoice relay = new RelayChoice();

        @Override
        void perform() {
            if (all == !ids.isEmpty()) {
                throw new CommandFailedException("Say which: the ids of some, or --all.");
            }
            List<RejectedCommit> named = ids.stream().map(Retry::named).toList();
            try (Administrator administrator = relay.open(false)) {
                RetryRejectedReply reply = administrator.retryRejected(named);
                reply.getAcceptedList().forEach(commit -> print(line(commit, true)));
                reply.getRejectedList().forEach(commit -> print(line(commit, false)));
                if (reply.getRejectedCount() > 0) {
                    throw new CommandFailedException(
                            reply.getRejectedCount()
                                    + " rejected again. Change the rules, or ask the authors to correct them, and try once more.");
                }
            }
        }

        private String line(RejectedCommit commit, boolean accepted) {
            if (json) {
                return RejectedText.judged(commit, accepted);
            }
            return RejectedText.id(commit) + "  "
                    + (accepted
                            ? "accepted"
                            : "rejected: " + commit.getRejection().getMessage());
        }

        private static RejectedCommit named(String id) {
            Matcher parts = ID.matcher(id);
            if (!parts.matches()) {
                throw new CommandFailedException(
                        "This is not the id of a rejected commit: " + id + ". List them with: anabranch relay errors");
            }
            return RejectedCommit.newBuilder()
                    .setReplica(Long.parseUnsignedLong(parts.group(1), 16))
                    .setSeq(Long.parseLong(parts.group(2)))
                    .build();
        }
    }
}
