package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaStatus;
import io.anabranch.replica.SyncReport;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.VerifyReport;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Syncs once. */
@Command(
        name = "sync",
        description =
                "Sends everything pending and brings everything new. Cut short, the next sync goes on from there.",
        mixinStandardHelpOptions = true)
final class SyncCommand extends ReadSubcommand {

    private enum Way {
        incremental
    }

    @Parameters(index = "0", arity = "0..1", paramLabel = "WAY", description = "How: ${COMPLETION-CANDIDATES}.")
    private Way way = Way.incremental;

    @Option(
            names = "--verify",
            description = "Also compare every record with the relay's, repair what differs, and say what that was.")
    private boolean verify;

    @Override
    int run(Replica replica) throws InterruptedException {
        SyncReport report = sync(replica);
        if (json()) {
            print(json(report));
        } else {
            out().printf(
                            "%s: %d commits up, %d records down, %d bytes up, %d bytes down, %d ms; %d pending, %d errors%n",
                            way,
                            report.commitsUp(),
                            report.recordsDown(),
                            report.bytesUp(),
                            report.bytesDown(),
                            report.duration().toMillis(),
                            report.pending(),
                            report.errors());
        }
        return verify ? verify(replica) : 0;
    }

    /** Fails if the relay lacks something: that is for its administrator to know. */
    private int verify(Replica replica) {
        VerifyReport report = replica.verify();
        if (json()) {
            print(JsonNodeFactory.instance
                    .objectNode()
                    .put("differing", report.differing())
                    .put("repaired", report.repaired())
                    .put("lacked_by_relay", report.lackedByRelay()));
        } else {
            out().printf(
                            "verified: %d records repaired, %d lacked by the relay%n",
                            report.repaired(), report.lackedByRelay());
        }
        return report.lackedByRelay() == 0 ? 0 : 1;
    }

    private SyncReport sync(Replica replica) throws InterruptedException {
        ReplicaStatus before = replica.status();
        try (Progress progress = new Progress(err())) {
            return replica.startSync(SyncWay.INCREMENTAL, status -> progress.show(text(before.pending(), status)))
                    .get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
        }
    }

    private static String text(long pendingBefore, ReplicaStatus status) {
        return "syncing: confirmed " + Progress.bar(pendingBefore - status.pending(), pendingBefore) + ", at "
                + status.applied();
    }

    private static ObjectNode json(SyncReport report) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("way", "incremental");
        node.put("result", "success");
        node.put("started_millis", report.startedMillis());
        node.put("duration_millis", report.duration().toMillis());
        node.put("commits_up", report.commitsUp());
        node.put("records_down", report.recordsDown());
        node.put("bytes_up", report.bytesUp());
        node.put("bytes_down", report.bytesDown());
        node.put("pending", report.pending());
        node.put("errors", report.errors());
        return node;
    }
}
