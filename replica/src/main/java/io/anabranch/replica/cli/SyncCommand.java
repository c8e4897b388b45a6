package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.Reconciliation;
import io.anabranch.replica.RefreshPart;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaStatus;
import io.anabranch.replica.SyncReport;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.attachment.TransferReport;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
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

    @Option(
            names = "--verify",
            description = "Also compare every record with the relay's, repair what differs, and say what that was.")
    private boolean verify;

    @Option(
            names = "--type",
            paramLabel = "T",
            description = "Refresh the records of one type only: those that are not what the relay has are fetched.")
    private String type = "";

    @Option(
            names = "--record",
            paramLabel = "TYPE/ID",
            converter = RecordKeyConverter.class,
            description = "Refresh one record only, with the records of all types that can refer to it.")
    private @Nullable RecordKey record;

    @Override
    int run(Replica replica) throws InterruptedException {
        if (isOfPart() && (way != SyncWay.REFRESH || (record != null && !type.isEmpty()))) {
            throw new IllegalArgumentException(
                    "A refresh is of one type or of one record: sync refresh --type T, or --record TYPE/ID.");
        }
        if (verify && way != SyncWay.INCREMENTAL) {
            throw new IllegalArgumentException("What is staged is not compared: leave out " + way.text() + ".");
        }
        way = verify ? SyncWay.AUDIT : way;
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
        if (!json()) {
            report.recovery().ifPresent(recovery -> out().println(text(recovery)));
            report.audit().ifPresent(audit -> out().println(text(audit)));
        }
        return (verify || isOfPart())
                        && !report.audit().map(Reconciliation::completed).orElse(false)
                ? 1
                : 0;
    }

    private static String text(Reconciliation reconciliation) {
        String repaired = reconciliation.repairedCount() + " records repaired"
                + (reconciliation.repaired().isEmpty() ? "" : ": " + byType(reconciliation));
        if (!reconciliation.completed()) {
            return "not everything was compared, because what this device is to have is changing; sync again: "
                    + repaired;
        }
        return "compared with the relay: " + reconciliation.offered() + " records offered back, " + repaired;
    }

    private static String byType(Reconciliation reconciliation) {
        return new TreeMap<>(reconciliation.repaired())
                .entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue().total())
                        .collect(Collectors.joining(", "));
    }

    private boolean isOfPart() {
        return record != null || !type.isEmpty();
    }

    private CompletableFuture<SyncReport> start(Replica replica, Consumer<ReplicaStatus> onProgress) {
        if (record != null) {
            return replica.startRefresh(RefreshPart.record(record.type(), record.id()), onProgress);
        }
        return type.isEmpty()
                ? replica.startSync(way, onProgress)
                : replica.startRefresh(RefreshPart.type(type), onProgress);
    }

    private SyncReport sync(Replica replica) throws InterruptedException {
        ReplicaStatus before = replica.status();
        try (Progress progress = new Progress(err())) {
            return start(replica, status -> progress.show(text(before.pending(), status)))
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
        report.recovery().ifPresent(recovery -> node.set("recovery", json(recovery)));
        report.audit().ifPresent(audit -> node.set("audit", json(audit)));
        return node;
    }

    private static ObjectNode json(Reconciliation reconciliation) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("completed", reconciliation.completed());
        node.put("offered", reconciliation.offered());
        node.put("refused", reconciliation.refused());
        node.put("repaired", reconciliation.repairedCount());
        ObjectNode types = node.putObject("repaired_by_type");
        new TreeMap<>(reconciliation.repaired())
                .forEach((type, count) -> types.putObject(type)
                        .put("missing", count.missing())
                        .put("surplus", count.surplus())
                        .put("different", count.different()));
        return node;
    }
}
