package io.anabranch.bench.simulation;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;

/** An invariant does not hold: the run ends here. */
final class CheckFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String check;

    /**
     * A failure.
     *
     * @param check which check has found it
     */
    CheckFailure(String check, String message) {
        super(check + ": " + message);
        this.check = check;
    }

    CheckFailure(String check, String message, Throwable cause) {
        super(check + ": " + message, cause);
        this.check = check;
    }

    String check() {
        return check;
    }

    @FormatMethod
    static void require(boolean condition, String check, @FormatString String message, Object... details) {
        if (!condition) {
            throw new CheckFailure(check, String.format(message, details));
        }
    }
}
