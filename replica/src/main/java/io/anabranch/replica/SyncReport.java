package io.anabranch.replica;

import java.time.Duration;
import java.util.Optional;

/**
 * What a sync did.
 *
 * @param way which one it was
 * @param startedMillis when it started, ms since 1970
 * @param duration how long it took
 * @param commitsUp commits sent, those sent again included
 * @param recordsDown records whose view changed by what came down
 * @param bytesUp bytes on the wire, TLS included
 * @param bytesDown bytes on the wire, TLS included
 * @param pending commits that are pending now, made meanwhile
 * @param errors sync errors there are now
 * @param recovery what was reconciled because the relay had been set back, empty if it had not
 * @param audit what was compared because that was asked for, or due; empty if it was not
 */
public record SyncReport(
        SyncWay way,
        long startedMillis,
        Duration duration,
        long commitsUp,
        long recordsDown,
        long bytesUp,
        long bytesDown,
        long pending,
        long errors,
        Optional<Reconciliation> recovery,
        Optional<Reconciliation> audit) {}
