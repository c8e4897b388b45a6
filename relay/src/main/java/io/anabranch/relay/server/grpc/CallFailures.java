package io.anabranch.relay.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.relay.admission.ForkedHistoryException;
import io.anabranch.relay.admission.RefusedBatchException;
import io.anabranch.relay.scope.ScopeLimitException;
import io.anabranch.relay.server.sequencer.SequencerStoppedException;
import io.anabranch.relay.session.StaleCursorException;
import io.anabranch.replica.attachment.AttachmentException;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.wire.MalformedMessageException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The status that a call ends with when its session throws. What the relay is at fault for is logged. */
final class CallFailures {

    private static final Logger LOG = LoggerFactory.getLogger(CallFailures.class);

    private CallFailures() {}

    static Status status(Throwable failure, String method) {
        if (failure instanceof StatusRuntimeException e) {
            return e.getStatus();
        } else if (failure instanceof MalformedMessageException e) {
            return Status.INVALID_ARGUMENT.withDescription(e.getMessage());
        } else if (failure instanceof ForkedHistoryException) {
            return Status.FAILED_PRECONDITION
                    .withDescription(failure.getMessage())
                    .withCause(failure);
        } else if (failure instanceof RefusedBatchException) {
            return Status.FAILED_PRECONDITION.withDescription(failure.getMessage());
        } else if (failure instanceof StaleCursorException) {
            // A device takes this as the word to start over, and nothing else.
            return Status.OUT_OF_RANGE.withDescription(failure.getMessage());
        } else if (failure instanceof ScopeLimitException) {
            return Status.RESOURCE_EXHAUSTED.withDescription(failure.getMessage());
        } else if (failure instanceof SequencerStoppedException) {
            return Status.UNAVAILABLE.withDescription(failure.getMessage());
        } else if (failure instanceof AttachmentException e) {
            return attachment(e, method);
        } else if (failure instanceof StorageException) {
            LOG.error("The store failed. method={}", method, failure);
            return Status.UNAVAILABLE.withDescription("the relay's store failed; see the relay's log");
        }
        LOG.error("A call failed. method={}", method, failure);
        return Status.UNKNOWN.withDescription("the relay failed to serve the call; see the relay's log");
    }

    private static Status attachment(AttachmentException failure, String method) {
        Status status = switch (failure.code()) {
            case FORGED -> Status.INVALID_ARGUMENT;
            case TOO_LARGE, DISK_FULL -> Status.RESOURCE_EXHAUSTED;
            case SUPERSEDED -> Status.ABORTED;
            case ABSENT, DAMAGED -> Status.NOT_FOUND;
            default -> Status.UNAVAILABLE;
        };
        if (status.getCode() == Status.Code.UNAVAILABLE || failure.code() == AttachmentException.Code.DISK_FULL) {
            LOG.error("An attachment could not be stored or read. method={}", method, failure);
        }
        return status.withDescription("at the relay, " + failure.getMessage());
    }

    /** What a message that is not of its type ends the call with. */
    static MalformedMessageException malformed(InvalidProtocolBufferException cause) {
        return new MalformedMessageException("a message is not of the method's type", cause);
    }
}
