package io.anabranch.replica.attachment;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Something could not be done with an attachment. Nothing is lost: what was here is here, and a transfer goes on where it was. */
public final class AttachmentException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Code code;

    /** Why. */
    public enum Code {
        /** The other side does not have it, or not whole: the device that made it has not sent it yet. */
        ABSENT,
        /** It is larger than allowed. */
        TOO_LARGE,
        /** The disk is full, or would be. */
        DISK_FULL,
        /** What came is not what the hash says. */
        FORGED,
        /** What is on the disk is not what was written. It is fetched again where that is possible. */
        DAMAGED,
        /** Another transfer of the same content took over. */
        SUPERSEDED,
        /** It was cancelled. */
        CANCELLED,
        /** The relay was not reached, or the connection was cut. */
        UNREACHABLE,
        /** The relay refused it; the message says why. */
        REFUSED,
        /** The disk or something else failed; the cause says what. */
        FAILED
    }

    /** With a code and a message that says what to do. */
    public AttachmentException(Code code, String message) {
        this(code, message, null);
    }

    /** With a cause. */
    public AttachmentException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** What a file operation that failed means. */
    static AttachmentException of(IOException failure) {
        String said = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (said.contains("no space left") || said.contains("not enough space") || said.contains("disk quota")) {
            return diskFull(failure);
        }
        return new AttachmentException(
                Code.FAILED, "an attachment's file could not be read or written: " + failure.getMessage(), failure);
    }

    /** What works with files. */
    interface FileTask<T> {
        T run() throws IOException;
    }

    /** Runs it, and throws what its failure means. */
    static <T> T wrap(FileTask<T> task) {
        try {
            return task.run();
        } catch (IOException e) {
            throw of(e);
        }
    }

    static AttachmentException diskFull(@Nullable Throwable cause) {
        return new AttachmentException(
                Code.DISK_FULL, "the disk has no room for the attachment; make room and try again", cause);
    }

    static AttachmentException tooLarge(long sizeMax) {
        return new AttachmentException(
                Code.TOO_LARGE, "the attachment is larger than the " + sizeMax + " bytes that are allowed");
    }

    /** Why. */
    public Code code() {
        return code;
    }
}
