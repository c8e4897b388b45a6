package io.anabranch.replica;

import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;

/** A save that the configuration does not allow, so that the relay would reject it. Nothing was saved. */
public final class CommitRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Rejection rejection;

    CommitRefusedException(RecordKey key, Rejection rejection) {
        super(key + (rejection.getField().isEmpty() ? "" : ", " + rejection.getField()) + ": " + rejection.getMessage()
                + details(rejection));
        this.rejection = rejection;
    }

    /** Why, in one word. */
    public RejectionCode code() {
        return rejection.getCode();
    }

    /** The field that is wrong; empty if it is not one field. */
    public String field() {
        return rejection.getField();
    }

    /** All that is known of it. */
    public Rejection rejection() {
        return rejection;
    }

    private static String details(Rejection rejection) {
        return rejection.getDetailsMap().isEmpty()
                ? " (" + rejection.getCode() + ")"
                : " (" + rejection.getCode() + " " + rejection.getDetailsMap() + ")";
    }
}
