package io.anabranch.replica.attachment;

import java.io.IOException;

/**
 * Puts the chunks of one content in their order, from where an earlier writer ended, after a crash as well. Thread-safe. Of several
 * writers of one content the last opened has it; the others fail with SUPERSEDED.
 */
public final class ContentWriter implements AutoCloseable {

    /** Written to the disk as it comes, so that the end of a large file does not wait for all of it. */
    private static final long UNFORCED_SIZE_MAX = 16 << 20;

    private final ChunkList list;
    private final ChunkFile file;
    private final Owner owner;
    private long unforcedSize;
    private int nextChunk;
    private boolean closed;

    /** What the store does for its writers. */
    interface Owner {
        /** A chunk is about to be written. */
        void step(String change) throws IOException;

        /** Refuses if the disk has no room for so many bytes. */
        void requireRoom(long size);

        /** The content is complete and on the disk, and its file closed: makes it visible. */
        void complete(ContentWriter writer) throws IOException;

        /** The writer is not used any more. */
        void closed(ContentWriter writer);
    }

    /** Looks how much of the part is good. */
    ContentWriter(ChunkList list, ChunkFile file, Owner owner) throws IOException {
        this.list = list;
        this.file = file;
        this.owner = owner;
        long stored = file.size();
        while (nextChunk < list.chunkCount()
                && (long) nextChunk * ChunkList.CHUNK_SIZE + list.chunkSize(nextChunk) <= stored
                && list.isChunk(nextChunk, file.chunk(nextChunk, list.chunkSize(nextChunk)))) {
            nextChunk++;
        }
        file.truncate(Math.min(stored, Math.min(list.size(), (long) nextChunk * ChunkList.CHUNK_SIZE)));
    }

    /** The list of the content's chunks. */
    public ChunkList list() {
        return list;
    }

    /** The chunk to be put next; the list's count if there is none. */
    public synchronized int nextChunk() {
        return nextChunk;
    }

    /** Bytes that are here. */
    public synchronized long size() {
        return Math.min(list.size(), (long) nextChunk * ChunkList.CHUNK_SIZE);
    }

    /**
     * Puts the next chunk. It is durable when {@link #finish} has returned; before that it survives the end of the process.
     *
     * @throws AttachmentException FORGED if it is another chunk or other bytes than the list says: nothing is changed; DISK_FULL;
     *     SUPERSEDED
     */
    public synchronized void put(int index, byte[] chunk) {
        requireOpen();
        if (index != nextChunk || !list.isChunk(index, chunk)) {
            throw new AttachmentException(
                    AttachmentException.Code.FORGED, "a chunk of an attachment is not the one that its hash says");
        }
        owner.requireRoom(chunk.length);
        try {
            owner.step("chunk");
            file.put(index, chunk);
            unforcedSize += chunk.length;
            if (unforcedSize >= UNFORCED_SIZE_MAX) {
                file.force();
                unforcedSize = 0;
            }
        } catch (IOException e) {
            throw AttachmentException.of(e);
        }
        nextChunk++;
    }

    /**
     * Makes the content visible. Durable on return. Closes.
     *
     * @throws IllegalStateException if chunks are missing
     */
    public synchronized void finish() {
        requireOpen();
        if (nextChunk < list.chunkCount()) {
            throw new IllegalStateException("chunks of an attachment are missing");
        }
        try {
            owner.step("force content");
            file.force();
            file.close();
            owner.complete(this);
        } catch (IOException e) {
            throw AttachmentException.of(e);
        } finally {
            close();
        }
    }

    /** Ends; what was put stays for the next writer. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            owner.closed(this);
            try {
                file.close();
            } catch (IOException e) {
                throw AttachmentException.of(e);
            }
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new AttachmentException(
                    AttachmentException.Code.SUPERSEDED, "another transfer of the same attachment took over");
        }
    }
}
