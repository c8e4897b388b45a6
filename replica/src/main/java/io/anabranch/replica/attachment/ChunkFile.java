package io.anabranch.replica.attachment;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The chunks of one content in a file: the one class that reads and writes content. Knows nothing of hashes. Any thread reads; one
 * appends.
 */
final class ChunkFile implements AutoCloseable {

    private final FileChannel channel;

    private ChunkFile(FileChannel channel) {
        this.channel = channel;
    }

    static ChunkFile read(Path file) throws IOException {
        return new ChunkFile(FileChannel.open(file, StandardOpenOption.READ));
    }

    /** Opens a file that is made if it is missing. */
    static ChunkFile write(Path file) throws IOException {
        return new ChunkFile(
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE));
    }

    /** Bytes of content that the file has. */
    long size() throws IOException {
        return channel.size();
    }

    /** Reads a chunk of a known size. */
    byte[] chunk(int index, int size) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(size);
        long from = (long) index * ChunkList.CHUNK_SIZE;
        while (into.hasRemaining()) {
            int count = channel.read(into, from + into.position());
            if (count < 0) {
                throw new EOFException("the file of an attachment is cut short");
            }
        }
        return into.array();
    }

    /** Writes a chunk whole, over what is there. */
    void put(int index, byte[] chunk) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(chunk);
        long at = (long) index * ChunkList.CHUNK_SIZE;
        while (from.hasRemaining()) {
            at += channel.write(from, at);
        }
    }

    /** Drops what follows so many bytes of content. */
    void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    /** Waits until everything written is on the disk. */
    void force() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
