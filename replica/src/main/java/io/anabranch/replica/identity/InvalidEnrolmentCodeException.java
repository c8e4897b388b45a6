package io.anabranch.replica.identity;

/** A text that is not an enrolment code. The message is constant, says what to do next, and does not repeat the text. */
public final class InvalidEnrolmentCodeException extends IllegalArgumentException {

    InvalidEnrolmentCodeException() {
        super("This is not a valid enrolment code. Compare it with the one you were given, all "
                + EnrolmentCode.CHARACTERS + " letters and digits of it, or ask your administrator for a new one.");
    }
}
