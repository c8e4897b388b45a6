package io.anabranch.bench.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a run keeps its stores.
 *
 * @param temporary whether it is removed at the end
 */
public record Workspace(Path directory, boolean temporary) implements AutoCloseable {

    /** The directory if one is given, else a temporary one. */
    public static Workspace of(@Nullable Path given) throws IOException {
        return given == null
                ? new Workspace(Files.createTempDirectory("anabranch-"), true)
                : new Workspace(Files.createDirectories(given), false);
    }

    @Override
    public void close() {
        if (temporary) {
            remove();
        }
    }

    /** Removes it with all it holds. */
    private void remove() {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
