package io.anabranch.relay.snapshot;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where segments are kept: files by name, written whole. Any thread. Fails with {@link java.io.UncheckedIOException}. */
public interface SegmentFiles {

    /** Keeps a file, durably; one of this name that is there already has the same content. */
    void write(String name, byte[] content);

    /** The bytes of a file from an offset, at most {@code lengthMax} and none after its end; null if there is no such file. */
    byte @Nullable [] read(String name, long offset, int lengthMax);

    /** Deletes a file; does nothing if it is not there. */
    void delete(String name);

    /** All files with their sizes. */
    Map<String, Long> sizes();
}
