package io.anabranch.relay.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Segments as files of a directory. */
public final class DiskSegmentFiles implements SegmentFiles {

    private static final String BEGUN = ".tmp";

    private final Path directory;

    /** In this directory, which is made on first use. */
    public DiskSegmentFiles(Path directory) {
        this.directory = directory;
    }

    @Override
    public void write(String name, byte[] content) {
        Path file = directory.resolve(name);
        Path begun = directory.resolve(name + BEGUN);
        try {
            Files.createDirectories(directory);
            try (FileChannel channel = FileChannel.open(
                    begun, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("a segment of a snapshot cannot be written: " + file, e);
        }
    }

    @Override
    public byte @Nullable [] read(String name, long offset, int lengthMax) {
        try (FileChannel channel = FileChannel.open(directory.resolve(name), StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(lengthMax, channel.size() - offset)));
            while (bytes.hasRemaining()) {
                int read = channel.read(bytes, offset + bytes.position());
                if (read < 0) {
                    throw new IOException("the file ends early");
                }
            }
            return bytes.array();
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("a segment of a snapshot cannot be read: " + directory.resolve(name), e);
        }
    }

    @Override
    public void delete(String name) {
        try {
            Files.deleteIfExists(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("a segment of a snapshot cannot be deleted: " + directory.resolve(name), e);
        }
    }

    @Override
    public Map<String, Long> sizes() {
        if (!Files.isDirectory(directory)) {
            return Map.of();
        }
        Map<String, Long> sizes = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                sizes.put(String.valueOf(file.getFileName()), Files.size(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the directory of snapshots cannot be read: " + directory, e);
        }
        return sizes;
    }
}
