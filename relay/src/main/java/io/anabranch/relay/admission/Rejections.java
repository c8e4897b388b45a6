package io.anabranch.relay.admission;

import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import io.anabranch.replica.state.SyncError;
import java.util.Map;

/** What the relay says to what it cannot accept. Messages are constant and say what to do next. */
final class Rejections {

    private Rejections() {}

    static Rejection unreadable() {
        return of(
                RejectionCode.MALFORMED,
                "The change could not be read. Update the application on this device and make the change again.");
    }

    static Rejection tooLarge(int size, int sizeMax) {
        return of(RejectionCode.TOO_LARGE, "The change is too large. Split it into several saves and make it again.")
                .toBuilder()
                .putAllDetails(Map.of("size", Integer.toString(size), "size-max", Integer.toString(sizeMax)))
                .build();
    }

    static Rejection recordTooLarge(RecordKey key, int sizeMax) {
        return about(
                        key,
                        RejectionCode.TOO_LARGE,
                        "The record would become too large. Shorten it and make the change again.")
                .toBuilder()
                .putDetails("size-max", Integer.toString(sizeMax))
                .build();
    }

    static Rejection revoked(long fromSeq) {
        return of(
                        RejectionCode.REPLICA_REVOKED,
                        "The device was revoked before this change came. Ask an administrator, who can see the change and have it"
                                + " judged.")
                .toBuilder()
                .putDetails("from-commit", Long.toString(fromSeq))
                .build();
    }

    static Rejection unknown(RecordKey key) {
        return about(
                key,
                RejectionCode.RECORD_UNKNOWN,
                "The record is not known here, perhaps because its creation was rejected. Create it again with this change.");
    }

    static Rejection dependsOn(Rejection rejection, long seq) {
        return rejection.toBuilder()
                .setCode(RejectionCode.DEPENDS_ON_REJECTED)
                .setMessage(
                        "The change rests on an earlier one that was rejected. Correct that one and send it, then send this again.")
                .putDetails("commit", Long.toString(seq))
                .build();
    }

    static Rejection outOfScope(RecordKey key) {
        return about(
                key,
                RejectionCode.OUT_OF_SCOPE,
                "There is such a record, but it is not in your scope. Choose another id, or ask an administrator for the record.");
    }

    static Rejection merged(RecordKey key, RecordKey survivor) {
        return about(
                        key,
                        RejectionCode.RECORD_DELETED,
                        "The record was merged into another. Discard the change, and go on with the other record.")
                .toBuilder()
                .putDetails(SyncError.MERGED_INTO, survivor.id())
                .build();
    }

    static Rejection notTheAuthors(RecordKey key) {
        return about(
                key,
                RejectionCode.MALFORMED,
                "A write is in the name of another device. Enrol this device anew and make the change again.");
    }

    static Rejection dotUsedAgain(RecordKey key) {
        return about(
                key,
                RejectionCode.MALFORMED,
                "A dot is used again, as by a store that was set back. Refresh this device and make the change again.");
    }

    static Rejection dotTooFar(RecordKey key) {
        return about(
                key,
                RejectionCode.MALFORMED,
                "A dot is too far ahead of the device's last. Refresh this device and make the change again.");
    }

    static Rejection folded(RecordKey key) {
        return about(
                key,
                RejectionCode.MALFORMED,
                "A counter is folded, which is for the relay alone. Refresh this device and make the change again.");
    }

    private static Rejection of(RejectionCode code, String message) {
        return Rejection.newBuilder().setCode(code).setMessage(message).build();
    }

    private static Rejection about(RecordKey key, RejectionCode code, String message) {
        return Rejection.newBuilder()
                .setCode(code)
                .setType(key.type())
                .setId(key.id())
                .setMessage(message)
                .build();
    }
}
