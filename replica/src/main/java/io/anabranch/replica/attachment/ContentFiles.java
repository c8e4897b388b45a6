package io.anabranch.replica.attachment;

import io.anabranch.replica.content.ContentHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The files of a {@link ContentStore}. A name appears only when what it names is on the disk:
 *
 * <pre>
 * content/ab/HASH   whole content
 * list/ab/HASH      its list of chunks
 * part/HASH         the beginning of content that is on its way
 * waiting/HASH      mark: the relay may not have it     evicted/HASH, orphan/HASH: see {@link Mark}
 * incoming/N        not named yet: deleted when the store is opened
 * </pre>
 *
 * In an encrypted store, each HASH is the hash encrypted, ab its first two digits, and everything in the files is encrypted.
 */
final class ContentFiles {

    private final Path root;
    private final Disk disk;
    private final ContentCipher cipher;
    private long lastIncoming;

    /** A file beside content that says something about it. */
    enum Mark {
        /** The relay may not have it. */
        WAITING,
        /** It was dropped for want of room, and does not come back unasked. */
        EVICTED,
        /** No record refers to it; since when, ms since 1970. */
        ORPHAN;

        private String folder() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What a test stands in for.
     *
     * @param freeSize bytes that may still be written
     * @param step told before each change of the disk
     */
    record Disk(LongSupplier freeSize, Step step) {

        /** A change of the disk that is about to be made. */
        interface Step {
            void before(String change) throws IOException;
        }

        static Disk of(Path root) {
            return new Disk(() -> root.toFile().getUsableSpace(), change -> {});
        }
    }

    ContentFiles(Path root, Disk disk, ContentCipher cipher) throws IOException {
        this.root = root;
        this.disk = disk;
        this.cipher = cipher;
        for (String folder : List.of("content", "list", "part", "incoming")) {
            Files.createDirectories(root.resolve(folder));
        }
        for (Mark mark : Mark.values()) {
            Files.createDirectories(root.resolve(mark.folder()));
        }
        for (Path left : files(root.resolve("incoming"))) {
            Files.delete(left);
        }
        force(root);
    }

    Path content(ContentHash hash) {
        return sharded("content", hash);
    }

    Path list(ContentHash hash) {
        return sharded("list", hash);
    }

    Path part(ContentHash hash) {
        return root.resolve("part").resolve(cipher.name(hash));
    }

    Path mark(Mark mark, ContentHash hash) {
        return root.resolve(mark.folder()).resolve(cipher.name(hash));
    }

    synchronized Path incoming() {
        return root.resolve("incoming").resolve(Long.toString(++lastIncoming));
    }

    long freeSize() {
        return disk.freeSize().getAsLong();
    }

    /** About to write content. */
    void step(String change) throws IOException {
        disk.step().before(change);
    }

    /** Gives a file whose bytes are on the disk its name. Durable on return. */
    void publish(Path file, Path as) throws IOException {
        Path folder = parent(as);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            force(parent(folder));
        }
        step("publish");
        Files.move(file, as, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        step("force directory");
        force(folder);
    }

    /** Writes a small file whole or not at all. Durable on return. */
    void write(Path file, byte[] bytes) throws IOException {
        Path incoming = incoming();
        step("write");
        try (FileChannel channel =
                FileChannel.open(incoming, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            ByteBuffer from = ByteBuffer.wrap(cipher.encryptSmall(bytes));
            while (from.hasRemaining()) {
                channel.write(from);
            }
            channel.force(true);
        }
        publish(incoming, file);
    }

    /** What was written to a small file; empty if it is larger than it can be, or damaged and encrypted. */
    Optional<byte[]> read(Path file, int sizeMax) throws IOException {
        return Files.size(file) - cipher.overhead() > sizeMax
                ? Optional.empty()
                : cipher.decryptSmall(Files.readAllBytes(file));
    }

    /** Opens content to be read. */
    ChunkFile readChunks(Path file) throws IOException {
        return ChunkFile.read(file, cipher);
    }

    /** Opens content to be written, and makes its file if it is missing. */
    ChunkFile writeChunks(Path file) throws IOException {
        return ChunkFile.write(file, cipher);
    }

    /** How many bytes of content a file has; negative if there is none. */
    long size(Path file) {
        try {
            return cipher.sizeOf(Files.size(file));
        } catch (IOException e) {
            return -1;
        }
    }

    /** Removes a file; does nothing if it is not there. */
    void delete(Path file) throws IOException {
        step("delete");
        Files.deleteIfExists(file);
    }

    /** The content that is here whole, in no order. */
    List<ContentHash> contents() throws IOException {
        List<ContentHash> found = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root.resolve("content"))) {
            for (Path folder : folders) {
                found.addAll(hashes(folder));
            }
        }
        return found;
    }

    List<ContentHash> parts() throws IOException {
        return hashes(root.resolve("part"));
    }

    List<ContentHash> marked(Mark mark) throws IOException {
        return hashes(root.resolve(mark.folder()));
    }

    private Path sharded(String folder, ContentHash hash) {
        String name = cipher.name(hash);
        return root.resolve(folder).resolve(name.substring(0, 2)).resolve(name);
    }

    private List<ContentHash> hashes(Path folder) throws IOException {
        return files(folder).stream()
                .map(file -> file.getFileName().toString())
                .flatMap(name -> cipher.hash(name).stream())
                .toList();
    }

    private static List<Path> files(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            files.forEach(found::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return found;
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    private static void force(Path folder) throws IOException {
        if (System.getProperty("os.name", "").startsWith("Windows")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
