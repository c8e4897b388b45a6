package io.anabranch.replica.attachment;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * Reads whole content, chunk by chunk, each verified: what is given out is what was put in. Holds no more than a chunk. Any thread
 * may read; content that is removed meanwhile can be read to its end where the platform allows it.
 */
public final class ContentReader implements AutoCloseable {

    private final ChunkList list;
    private final ChunkFile file;
    private final Runnable damaged;

    ContentReader(ChunkList list, ChunkFile file, Runnable damaged) {
        this.list = list;
        this.file = file;
        this.damaged = damaged;
    }

    /** The list of its chunks. */
    public ChunkList list() {
        return list;
    }

    /**
     * A chunk.
     *
     * @param index from 0 to the list's count, exclusive
     * @throws AttachmentException DAMAGED if it is not what was put in
     */
    public byte[] chunk(int index) {
        Objects.checkIndex(index, list.chunkCount());
        try {
            byte[] bytes = file.chunk(index, list.chunkSize(index));
            if (list.isChunk(index, bytes)) {
                return bytes;
            }
        } catch (EOFException e) {
            // Cut short is as damaged as overwritten.
        } catch (IOException e) {
            throw AttachmentException.of(e);
        }
        damaged.run();
        throw new AttachmentException(
                AttachmentException.Code.DAMAGED, "an attachment is damaged on the disk; it will be fetched again");
    }

    /** A stream of the content from its beginning, which closes this. */
    public InputStream stream() {
        return new ContentStream(this);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw AttachmentException.of(e);
        }
    }
}
