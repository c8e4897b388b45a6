package io.anabranch.replica.grpc;

import io.anabranch.proto.SegmentRequest;
import io.anabranch.proto.SnapshotManifest;
import io.anabranch.proto.SnapshotSegment;
import io.anabranch.replica.refresh.SnapshotIntake;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Fetches the segments that an intake lacks and has workers check and take them. A few at a time, and no more bytes than a small device has to
 * spare, so that memory does not grow with the snapshot. On the owner's thread.
 */
final class SegmentFetch {

    private static final int AT_ONCE_MAX = 3;
    /** In memory at once, on the way or not yet taken; a segment that is larger comes alone. */
    private static final long SIZE_AT_ONCE_MAX = 32 << 20;

    private final SnapshotIntake intake;
    private final SnapshotCalls calls;
    private final Executor workers;
    private final Steps steps;
    private final Runnable onStep;
    private final SnapshotManifest manifest;
    private final Deque<Integer> missing;
    private final long recordsExpected;
    private int count;
    private long size;
    private long records;

    /** Of the snapshot that the intake has begun. */
    SegmentFetch(SnapshotIntake intake, SnapshotCalls calls, Executor workers, Steps steps, Runnable onStep) {
        this.intake = intake;
        this.calls = calls;
        this.workers = workers;
        this.steps = steps;
        this.onStep = onStep;
        this.manifest = intake.manifest();
        this.missing = new ArrayDeque<>(intake.missing());
        this.recordsExpected = manifest.getSegmentsList().stream()
                .mapToLong(SnapshotSegment::getRecords)
                .sum();
        this.records = recordsExpected
                - missing.stream()
                        .mapToLong(number -> manifest.getSegments(number).getRecords())
                        .sum();
    }

    /** Records that are here. */
    long records() {
        return records;
    }

    /** How many there are to be. */
    long recordsExpected() {
        return recordsExpected;
    }

    /** Begins what may be begun; then, and whenever one has been taken, the step is told. Whether all are taken. */
    boolean goOn() {
        while (!missing.isEmpty() && isRoom(manifest.getSegments(missing.element()))) {
            fetch(missing.remove());
        }
        return count == 0;
    }

    private boolean isRoom(SnapshotSegment next) {
        return count == 0 || (count < AT_ONCE_MAX && size + next.getSize() <= SIZE_AT_ONCE_MAX);
    }

    private void fetch(int number) {
        SnapshotSegment segment = manifest.getSegments(number);
        count++;
        size += segment.getSize();
        SegmentRequest request = SegmentRequest.newBuilder()
                .setSnapshot(manifest.getId())
                .setSegment(number)
                .build();
        CompletableFuture<byte[]> fetched = steps.wanted(calls.fetch(request, (int) segment.getSize(), length -> {}));
        steps.then(fetched.thenAcceptAsync(bytes -> intake.take(number, bytes), workers), taken -> {
            count--;
            size -= segment.getSize();
            records += segment.getRecords();
            onStep.run();
        });
    }
}
