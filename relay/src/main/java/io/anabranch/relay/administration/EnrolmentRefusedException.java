package io.anabranch.relay.administration;

/** A device was not enrolled, for a reason that its user or an administrator can put right. The message says how. */
public final class EnrolmentRefusedException extends RuntimeException {

    /** Why a device was not enrolled. */
    public enum Reason {
        /** The code is unknown, used or expired; which of them is not told. */
        CODE_NOT_VALID(
                "The enrolment code is not valid: unknown, used or expired. Ask an administrator for a new one."),
        /** Too many wrong codes from one address. */
        TOO_MANY_FAILURES("Too many enrolments failed from this address. Wait a minute, then try again."),
        /** The proof does not show that the device has the commit key. */
        PROOF_WRONG("The device did not prove that it has its commit key. Update the device's software."),
        /** The code is for another kind of device. */
        DEVICE_TYPE_WRONG(
                "The enrolment code is for another kind of device. Enrol without saying which kind, or ask an administrator for"
                        + " another code."),
        /** Another device has this replica id. */
        REPLICA_ENROLLED("This replica id is enrolled already. Enrol with a new data directory."),
        /** The device was revoked. */
        REPLICA_REVOKED("This device was revoked by an administrator. Enrol with a new data directory.");

        private final String message;

        Reason(String message) {
            this.message = message;
        }
    }

    private final Reason reason;

    EnrolmentRefusedException(Reason reason) {
        super(reason.message);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
