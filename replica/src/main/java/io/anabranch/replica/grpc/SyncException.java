package io.anabranch.replica.grpc;

import io.anabranch.replica.session.CopiedStoreException;
import io.anabranch.replica.wire.MalformedMessageException;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** A sync, or an enrolment, ended before it was done. Nothing was lost: the next one goes on from where it was. */
public final class SyncException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Code code;

    /** Why a sync ended. */
    public enum Code {
        /** No relay answers at the address, or the connection was cut. Trying again may help. */
        UNREACHABLE,
        /** The relay does not know this device, or no longer. */
        NOT_ENROLLED,
        /** An administrator has revoked this device: the relay takes and gives nothing any more. What is stored here stays. */
        REVOKED,
        /** The store is a copy of one that has gone on elsewhere, or was set back; it becomes another replica, and syncs then. */
        COPIED,
        /** The relay refused what it was asked; the message says why. */
        REFUSED,
        /** The relay cannot go on from where this device stands; it has to be given all again. */
        STALE,
        /** The other side sent something malformed. */
        MALFORMED,
        /** It was cancelled. */
        CANCELLED,
        /** Something else; the message and the cause say what. */
        FAILED
    }

    /** With a code and a message that says what to do. */
    public SyncException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    static SyncException of(Throwable failure) {
        if (failure instanceof SyncException known) {
            return known;
        } else if (failure instanceof CopiedStoreException) {
            return new SyncException(Code.COPIED, String.valueOf(failure.getMessage()), failure);
        } else if (failure instanceof MalformedMessageException) {
            return new SyncException(
                    Code.MALFORMED, "the relay sent what makes no sense: " + failure.getMessage(), failure);
        }
        return new SyncException(Code.FAILED, "sync failed: " + failure.getMessage(), failure);
    }

    static SyncException of(Status status, RelayAddress address) {
        String said = status.getDescription() == null ? status.getCode().toString() : status.getDescription();
        Throwable cause = status.asRuntimeException();
        if (Refusals.isRevoked(status)) {
            return new SyncException(Code.REVOKED, said, cause);
        } else if (Refusals.isCopied(status)) {
            return new SyncException(Code.COPIED, said, cause);
        }
        return switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED ->
                new SyncException(
                        Code.UNREACHABLE,
                        "no relay answers at " + address
                                + "; check the address, the network, and that this device is enrolled there: " + said
                                + reason(status),
                        cause);
            case UNAUTHENTICATED -> new SyncException(Code.NOT_ENROLLED, said, cause);
            case PERMISSION_DENIED, FAILED_PRECONDITION, ALREADY_EXISTS, RESOURCE_EXHAUSTED, INVALID_ARGUMENT ->
                new SyncException(Code.REFUSED, "the relay refused: " + said, cause);
            case OUT_OF_RANGE ->
                new SyncException(Code.STALE, "the relay cannot go on from where this device stands: " + said, cause);
            // Who cancels on this side does not come by here: the relay has cut off what it took for stuck, as after a
            // sleep.
            case CANCELLED ->
                new SyncException(
                        Code.UNREACHABLE, "the relay at " + address + " has cut the connection off; sync again", cause);
            default -> new SyncException(Code.FAILED, "the relay failed: " + said, cause);
        };
    }

    /** Why it ended. */
    public Code code() {
        return code;
    }

    private static String reason(Status status) {
        Throwable cause = status.getCause();
        return cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
    }
}
