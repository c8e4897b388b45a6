package io.anabranch.replica.storage;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The store cannot do what was asked because the world failed: the one exception of the port. Its message begins with a
 * sentence that is constant for each kind of failure, meant for a person, and says what to do next; what differs from case
 * to case is in {@link #details}, and follows it.
 */
public final class StorageException extends RuntimeException {
    private final transient Map<String, String> details;

    /**
     * Creates an exception.
     *
     * @param message the kind of failure and what to do next
     * @param details what differs from case to case, such as {@code path} and {@code file}
     * @param cause what failed below, if anything did
     */
    public StorageException(String message, Map<String, String> details, @Nullable Throwable cause) {
        super(message, cause);
        this.details = Collections.unmodifiableMap(new TreeMap<>(details));
    }

    /**
     * Returns what differs from case to case, sorted by name: {@code path} the directory of the store, {@code file} the
     * file in it, {@code reason} the words of the layer below; each only where known.
     */
    public Map<String, String> details() {
        return details;
    }

    /** Returns the constant sentence of the kind of failure, followed by the details. */
    @Override
    public String getMessage() {
        return super.getMessage() + " " + details;
    }
}
