package io.anabranch.relay.authority;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The authority's files cannot be read or written. The message names the file and says what to do; the relay stops. */
public final class AuthorityException extends RuntimeException {

    AuthorityException(String message, Path file, @Nullable Throwable cause) {
        super(message + " file=" + file, cause);
    }

    AuthorityException(String message, Path file) {
        super(message + " file=" + file);
    }
}
