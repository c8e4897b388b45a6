package io.anabranch.replica.attachment;

import io.anabranch.replica.attachment.ContentFiles.Disk;
import io.anabranch.replica.attachment.ContentFiles.Mark;
import io.anabranch.replica.content.ContentHash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Content in files, by hash, each once. Thread-safe; one process at a time, as for the store beside it.
 *
 * <p><b>Durability</b>: what is visible is whole and on the disk; of what was on its way at a crash the good beginning is kept.
 * <b>Memory</b>: one chunk and one list for each reader and writer. <b>Failure</b>: {@link AttachmentException}; what was here before
 * is here after it.
 */
public final class ContentStore {

    private final ContentFiles files;
    private final Limits limits;
    private final ContentMarks marks;
    private final Map<ContentHash, ContentWriter> writers = new ConcurrentHashMap<>();
    /** Held while a writer takes over; a writer's own lock is taken within it. */
    private final Object opening = new Object();
    /** Held while content appears or goes; nothing is locked within it. */
    private final Object changing = new Object();

    /**
     * What it takes at most.
     *
     * @param sizeMax largest content, in bytes
     * @param reserveSize bytes of the disk that are left free
     */
    public record Limits(long sizeMax, long reserveSize) {

        /** For what is here already. */
        public static final Limits NONE = new Limits(ChunkList.SIZE_MAX, 0);

        /** Checks the ranges. */
        public Limits {
            if (sizeMax < 0 || sizeMax > ChunkList.SIZE_MAX || reserveSize < 0) {
                throw new IllegalArgumentException("the limits of attachments are out of range");
            }
        }
    }

    /**
     * Content that is here whole.
     *
     * @param hash its name
     * @param size in bytes
     * @param usedMillis when it was last opened, or came, ms since 1970
     */
    public record Stored(ContentHash hash, long size, long usedMillis) {}

    private ContentStore(ContentFiles files, Limits limits) throws IOException {
        this.files = files;
        this.limits = limits;
        this.marks = new ContentMarks(files);
    }

    /** Opens the content of a directory, which is made if it is missing. */
    public static ContentStore open(Path directory, Limits limits) {
        return open(directory, limits, ContentCipher.NONE);
    }

    /** Opens the content of a directory, which is made if it is missing; in files that are encrypted so. */
    public static ContentStore open(Path directory, Limits limits, ContentCipher cipher) {
        return open(directory, limits, Disk.of(directory), cipher);
    }

    static ContentStore open(Path directory, Limits limits, Disk disk, ContentCipher cipher) {
        try {
            return new ContentStore(new ContentFiles(directory, disk, cipher), limits);
        } catch (IOException e) {
            throw AttachmentException.of(e);
        }
    }

    /** What it takes at most. */
    public Limits limits() {
        return limits;
    }

    /**
     * Stores new content, waiting to be sent. Blocks; durable on return.
     *
     * @param in read to its end, not closed
     * @return the list of its chunks, which names it
     */
    public ChunkList add(InputStream in) throws IOException {
        Path incoming = files.incoming();
        try {
            ChunkList list = copy(in, incoming);
            synchronized (changing) {
                // Waiting before it is visible, so that no crash leaves content that nobody would send.
                marks.put(list.hash(), Mark.WAITING, 0);
                if (!isHere(list.hash())) {
                    files.write(files.list(list.hash()), ChunkListBytes.encode(list));
                    files.publish(incoming, files.content(list.hash()));
                }
                marks.drop(list.hash(), Mark.EVICTED);
                files.delete(files.part(list.hash()));
            }
            return list;
        } finally {
            Files.deleteIfExists(incoming);
        }
    }

    private ChunkList copy(InputStream in, Path into) throws IOException {
        ChunkList.Builder list = new ChunkList.Builder();
        try (ChunkFile file = files.writeChunks(into)) {
            int index = 0;
            byte[] chunk = in.readNBytes(ChunkList.CHUNK_SIZE);
            while (chunk.length > 0) {
                list.add(chunk);
                if (list.size() > limits.sizeMax) {
                    throw AttachmentException.tooLarge(limits.sizeMax);
                }
                requireRoom(chunk.length);
                files.step("chunk");
                file.put(index++, chunk);
                chunk = in.readNBytes(ChunkList.CHUNK_SIZE);
            }
            files.step("force content");
            file.force();
        }
        return list.build();
    }

    /** Whether content is here whole. */
    public boolean isHere(ContentHash hash) {
        return Files.exists(files.content(hash)) && Files.exists(files.list(hash));
    }

    /** About how many bytes of content are here; exact if it is whole. */
    public long sizeHere(ContentHash hash) {
        long whole = files.size(files.content(hash));
        return whole >= 0 ? whole : Math.max(0, files.size(files.part(hash)));
    }

    /** The list of content's chunks, empty if it is not here, or damaged. */
    public Optional<ChunkList> list(ContentHash hash) {
        try {
            return files.read(files.list(hash), ChunkListBytes.SIZE_MAX)
                    .flatMap(ChunkListBytes::decode)
                    .filter(list -> list.hash().equals(hash));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw AttachmentException.of(e);
        }
    }

    /** Opens content, empty if it is not here whole. The caller closes it. */
    public Optional<ContentReader> read(ContentHash hash) {
        Optional<ChunkList> list = list(hash);
        if (list.isEmpty()) {
            return Optional.empty();
        }
        try {
            ChunkFile file = files.readChunks(files.content(hash));
            return Optional.of(new ContentReader(list.get(), file, () -> damaged(hash)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw AttachmentException.of(e);
        }
    }

    /** Notes that content was used, so that it is not the oldest. */
    public void touch(ContentHash hash, long nowMillis) {
        boolean unused = files.content(hash).toFile().setLastModified(nowMillis);
    }

    /**
     * Takes content that comes in chunks, from where the last writer of it ended. The list is stored. Costs reading what is here.
     *
     * @throws AttachmentException TOO_LARGE; DISK_FULL if there is no room for what is missing
     */
    public ContentWriter write(ChunkList list) {
        if (list.size() > limits.sizeMax) {
            throw AttachmentException.tooLarge(limits.sizeMax);
        }
        requireRoom(list.size() - sizeHere(list.hash()));
        synchronized (opening) {
            ContentWriter earlier = writers.get(list.hash());
            if (earlier != null) {
                earlier.close();
            }
            try {
                if (list(list.hash()).isEmpty()) {
                    files.write(files.list(list.hash()), ChunkListBytes.encode(list));
                }
                ContentWriter writer =
                        new ContentWriter(list, files.writeChunks(files.part(list.hash())), new WriterOwner());
                writers.put(list.hash(), writer);
                return writer;
            } catch (IOException e) {
                throw AttachmentException.of(e);
            }
        }
    }

    /** Removes content and what has come of it, and every mark. Durable later: a crash may bring it back. */
    public void remove(ContentHash hash) {
        try {
            synchronized (changing) {
                files.delete(files.content(hash));
                files.delete(files.part(hash));
                files.delete(files.list(hash));
                for (Mark mark : Mark.values()) {
                    marks.drop(hash, mark);
                }
            }
        } catch (IOException e) {
            throw AttachmentException.of(e);
        }
    }

    /** Removes content for want of room: it does not come back unasked. Refuses, with false, what is waiting to be sent. */
    public boolean evict(ContentHash hash) {
        synchronized (changing) {
            if (marks.isWaiting(hash)) {
                return false;
            }
            marks.put(hash, Mark.EVICTED, 0);
            return AttachmentException.wrap(() -> {
                files.delete(files.content(hash));
                files.delete(files.list(hash));
                return true;
            });
        }
    }

    /** Whether it was evicted, and neither added nor fetched again. */
    public boolean isEvicted(ContentHash hash) {
        return Files.exists(files.mark(Mark.EVICTED, hash));
    }

    /** The content that the relay may not have. */
    public Set<ContentHash> waiting() {
        return marks.waiting();
    }

    /** Whether the relay may not have it. */
    public boolean isWaiting(ContentHash hash) {
        return marks.isWaiting(hash);
    }

    /** Whether any content is waiting; cheap. */
    public boolean isAnyWaiting() {
        return marks.isAnyWaiting();
    }

    /** Has content that is here sent to the relay, which may have lost it. */
    public void await(ContentHash hash) {
        marks.put(hash, Mark.WAITING, 0);
    }

    /** The relay has it durably. */
    public void sent(ContentHash hash) {
        marks.drop(hash, Mark.WAITING);
    }

    /** Everything that is here whole, in no order. Reads the directories. */
    public List<Stored> stored() {
        return AttachmentException.wrap(() -> files.contents().stream()
                .map(hash -> stored(hash, files.content(hash)))
                .toList());
    }

    /** Everything that has begun to come. */
    public List<Stored> begun() {
        return AttachmentException.wrap(() -> files.parts().stream()
                .map(hash -> stored(hash, files.part(hash)))
                .toList());
    }

    /**
     * Notes that no record refers to content.
     *
     * @return since when it is noted, ms since 1970
     */
    public long orphaned(ContentHash hash, long nowMillis) {
        return marks.orphaned(hash, nowMillis);
    }

    /** A record refers to it again. */
    public void adopted(ContentHash hash) {
        marks.adopted(hash);
    }

    /**
     * Copies all content that is here whole, and what is noted of any. Blocks; durable on return. Nobody uses either meanwhile.
     *
     * @param other empty, or what an earlier copy left
     */
    public void copyTo(ContentStore other) {
        for (Stored content : stored()) {
            try (ContentReader from = read(content.hash).orElseThrow();
                    ContentWriter into = other.write(from.list())) {
                for (int index = into.nextChunk(); index < from.list().chunkCount(); index++) {
                    into.put(index, from.chunk(index));
                }
                into.finish();
                other.touch(content.hash, content.usedMillis);
            }
        }
        AttachmentException.wrap(() -> {
            marks.copyTo(other.marks);
            return true;
        });
    }

    private void damaged(ContentHash hash) {
        try {
            // The good beginning is found by the next writer.
            files.publish(files.content(hash), files.part(hash));
        } catch (IOException e) {
            throw AttachmentException.of(e);
        }
    }

    private void requireRoom(long size) {
        if (files.freeSize() - size < limits.reserveSize) {
            throw AttachmentException.diskFull(null);
        }
    }

    private Stored stored(ContentHash hash, Path file) {
        return new Stored(hash, Math.max(0, files.size(file)), file.toFile().lastModified());
    }

    private final class WriterOwner implements ContentWriter.Owner {

        @Override
        public void step(String change) throws IOException {
            files.step(change);
        }

        @Override
        public void requireRoom(long size) {
            ContentStore.this.requireRoom(size);
        }

        @Override
        public void complete(ContentWriter writer) throws IOException {
            ContentHash hash = writer.list().hash();
            synchronized (changing) {
                if (list(hash).isEmpty()) {
                    files.write(files.list(hash), ChunkListBytes.encode(writer.list()));
                }
                files.publish(files.part(hash), files.content(hash));
                marks.drop(hash, Mark.EVICTED);
            }
        }

        @Override
        public void closed(ContentWriter writer) {
            writers.remove(writer.list().hash(), writer);
        }
    }
}
