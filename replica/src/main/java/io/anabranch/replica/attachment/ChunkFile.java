package io.anabranch.replica.attachment;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The chunks of one content in a file, encrypted if the cipher says so: the one class that reads and writes content. Knows nothing of
 * hashes. Any thread reads; one appends.
 */
final class ChunkFile implements AutoCloseable {

    private final FileChannel channel;
    private final ContentCipher cipher;

    private ChunkFile(FileChannel channel, ContentCipher cipher) {
        this.channel = channel;
        this.cipher = cipher;
    }

    static ChunkFile read(Path file, ContentCipher cipher) throws IOException {
        return new ChunkFile(FileChannel.open(file, StandardOpenOption.READ), cipher);
    }

    /** Opens a file that is made if it is missing. */
    static ChunkFile write(Path file, ContentCipher cipher) throws IOException {
        return new ChunkFile(
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                cipher);
    }

    /** Bytes of content that the file has. */
    long size() throws IOException {
        return cipher.sizeOf(channel.size());
    }

    /** Reads a chunk of a known size; no bytes if it was encrypted and is damaged. */
    byte[] chunk(int index, int size) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(size + cipher.overhead());
        long from = cipher.position(index);
        while (into.hasRemaining()) {
            int count = channel.read(into, from + into.position());
            if (count < 0) {
                throw new EOFException("the file of an attachment is cut short");
            }
        }
        return cipher.decryptChunk(index, into.array()).orElse(new byte[0]);
    }

    /** Writes a chunk whole, over what is there. */
    void put(int index, byte[] chunk) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(cipher.encryptChunk(index, chunk));
        long at = cipher.position(index);
        while (from.hasRemaining()) {
            at += channel.write(from, at);
        }
    }

    /** Drops what follows so many bytes of content. */
    void truncate(long size) throws IOException {
        channel.truncate(cipher.fileSizeOf(size));
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
