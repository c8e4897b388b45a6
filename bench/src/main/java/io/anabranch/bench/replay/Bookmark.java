package io.anabranch.bench.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * How far a replay has come, so that one that was killed goes on with neither a commit left out nor one made twice: written before each commit
 * with the number of commits its device has made. If the device has made more since, the commit is in.
 */
final class Bookmark {

    private final Path file;

    Bookmark(Path directory) {
        this.file = directory.resolve("replay.bookmark");
    }

    /**
     * A place in the stream.
     *
     * @param index of the commit that is about to be made
     * @param deviceCommits commits its device had made before
     */
    record Place(int index, long deviceCommits) {}

    Place read() {
        try {
            String[] parts = Files.readString(file).strip().split(" ", 2);
            return new Place(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
        } catch (NoSuchFileException e) {
            return new Place(0, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(Place place) {
        try {
            Path next = file.resolveSibling("replay.bookmark.next");
            Files.writeString(next, place.index + " " + place.deviceCommits + "\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
