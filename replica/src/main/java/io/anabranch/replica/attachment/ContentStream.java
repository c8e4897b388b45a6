package io.anabranch.replica.attachment;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Content as a stream that can skip without reading. Holds one chunk. For one thread. */
final class ContentStream extends InputStream {

    private final ContentReader reader;
    private byte[] chunk = new byte[0];
    private int index = -1;
    private long position;

    ContentStream(ContentReader reader) {
        this.reader = reader;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        long left = reader.list().size() - position;
        if (length == 0) {
            return 0;
        } else if (left == 0) {
            return -1;
        }
        load((int) (position / ChunkList.CHUNK_SIZE));
        int from = (int) (position % ChunkList.CHUNK_SIZE);
        int count = Math.min(length, chunk.length - from);
        System.arraycopy(chunk, from, into, offset, count);
        position += count;
        return count;
    }

    private void load(int wanted) throws IOException {
        if (wanted != index) {
            try {
                chunk = reader.chunk(wanted);
            } catch (AttachmentException e) {
                throw new IOException(e.getMessage(), e);
            }
            index = wanted;
        }
    }

    @Override
    public long skip(long count) {
        long skipped = Math.max(0, Math.min(count, reader.list().size() - position));
        position += skipped;
        return skipped;
    }

    @Override
    public int available() {
        long known = index < 0 ? 0 : Math.min(chunk.length, reader.list().size() - position);
        return (int) Math.min(known, ChunkList.CHUNK_SIZE - position % ChunkList.CHUNK_SIZE);
    }

    @Override
    public void close() {
        reader.close();
    }
}
