package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaStatus;
import io.anabranch.replica.SyncReport;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.attachment.TransferReport;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Syncs once. */
@Command(
        name = "sync",
        description =
                "Sends everything pending and brings everything new. Cut short, the next sync goes on from there.",
        mixinStandardHelpOptions = true)
final class SyncCommand extends ReadSubcommand {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "WAY",
            converter = Way.class,
            description =
                    "How: incremental, which applies what is new as it comes; non-blocking, which stages it until: anabranch device apply;"
                            + " or refresh, which fetches everything anew beside the records in use and then takes their place.")
    private SyncWay way = SyncWay.INCREMENTAL;

    @Override
    int run(Replica replica) throws InterruptedException {
        SyncReport report = sync(replica);
        TransferReport attachments = transfer(replica);
        if (json()) {
            print(json(report, replica.status(), attachments));
        } else {
            out().printf(
                            "%s: %d commits up, %d records down, %d bytes up, %d bytes down, %d ms; %d pending, %d errors%n",
                            way.text(),
                            report.commitsUp(),
                            report.recordsDown(),
                            report.bytesUp(),
                            report.bytesDown(),
                            report.duration().toMillis(),
                            report.pending(),
                            report.errors());
            tell(attachments);
        }
        return 0;
    }

    private SyncReport sync(Replica replica) throws InterruptedException {
        ReplicaStatus before = replica.status();
        try (Progress progress = new Progress(err())) {
            return replica.startSync(way, status -> progress.show(text(before.pending(), status)))
                    .get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
        }
    }

    /** The records are synced by now: attachments that fail are told and do not undo that. */
    private TransferReport transfer(Replica replica) throws InterruptedException {
        try (Progress progress = new Progress(err())) {
            return replica.attachments()
                    .transfer(moved -> progress.show("attachments: " + moved.size() + " bytes of " + moved.hash()))
                    .get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
        }
    }

    private void tell(TransferReport attachments) {
        if (!attachments.equals(TransferReport.NOTHING)) {
            out().printf(
                            "attachments: %d sent, %d fetched, %d waiting, %d not at the relay yet%n",
                            attachments.sent(), attachments.fetched(), attachments.waiting(), attachments.missing());
        }
        if (!attachments.problem().isEmpty()) {
            err().println("attachments: " + attachments.problem());
        }
    }

    private static String text(long pendingBefore, ReplicaStatus status) {
        if (status.phase() == ReplicaStatus.Phase.PREPARING) {
            return "the relay prepares: "
                    + Progress.bar(status.step().done(), status.step().of());
        } else if (status.phase() == ReplicaStatus.Phase.DOWNLOADING) {
            return "downloading: "
                    + Progress.bar(status.step().done(), status.step().of());
        }
        return "syncing: confirmed " + Progress.bar(pendingBefore - status.pending(), pendingBefore) + ", at "
                + status.applied();
    }

    /** A way by its name. */
    static final class Way implements ITypeConverter<SyncWay> {

        @Override
        public SyncWay convert(String text) {
            return switch (text) {
                case "incremental" -> SyncWay.INCREMENTAL;
                case "non-blocking" -> SyncWay.NON_BLOCKING;
                case "refresh" -> SyncWay.REFRESH;
                default ->
                    throw new TypeConversionException("a way is incremental, non-blocking or refresh, not: " + text);
            };
        }
    }

    private static ObjectNode json(SyncReport report, ReplicaStatus status, TransferReport attachments) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("way", report.way().text());
        node.put("result", "success");
        node.put("started_millis", report.startedMillis());
        node.put("duration_millis", report.duration().toMillis());
        node.put("commits_up", report.commitsUp());
        node.put("records_down", report.recordsDown());
        node.put("bytes_up", report.bytesUp());
        node.put("bytes_down", report.bytesDown());
        node.put("pending", report.pending());
        node.put("errors", report.errors());
        node.put("attachments_up", attachments.sent());
        node.put("attachments_down", attachments.fetched());
        node.put("attachments_waiting", attachments.waiting());
        node.put("attachments_missing", attachments.missing());
        if (report.way() == SyncWay.NON_BLOCKING) {
            node.put("staged", status.waiting().count());
        }
        return node;
    }
}
