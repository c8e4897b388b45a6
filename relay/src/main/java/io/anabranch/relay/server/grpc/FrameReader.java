package io.anabranch.relay.server.grpc;

import io.grpc.Status;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of a request into gRPC messages: a byte that says whether it is compressed, four of length, the message.
 * Memory grows with what has arrived, not with the length that was announced. Not thread-safe.
 */
final class FrameReader {

    private static final int HEADER_SIZE = 5;
    private static final int FIRST_SIZE = 64 << 10;

    private final int messageSizeMax;
    private Buffer chunk = Buffer.buffer();
    private int offset;
    private final byte[] header = new byte[HEADER_SIZE];
    private int headerSize;
    private byte @Nullable [] body;
    private int bodySize;

    FrameReader(int messageSizeMax) {
        this.messageSizeMax = messageSizeMax;
    }

    /** Takes bytes; only when {@link #next} had no message left. */
    void add(Buffer bytes) {
        chunk = bytes;
        offset = 0;
    }

    /** Whether a message has begun and not ended. */
    boolean isPartial() {
        return headerSize > 0;
    }

    /**
     * The next whole message, null if more bytes are needed.
     *
     * @throws io.grpc.StatusRuntimeException if it is larger than allowed, or compressed
     */
    byte @Nullable [] next() {
        headerSize += take(header, headerSize, HEADER_SIZE);
        if (headerSize < HEADER_SIZE) {
            return null;
        }
        int size = size();
        byte[] into = body == null ? new byte[Math.min(size, FIRST_SIZE)] : body;
        bodySize += take(into, bodySize, into.length);
        while (bodySize == into.length && bodySize < size && offset < chunk.length()) {
            into = Arrays.copyOf(into, (int) Math.min(size, 2L * into.length));
            bodySize += take(into, bodySize, into.length);
        }
        body = into;
        return bodySize < size ? null : whole(into);
    }

    private byte[] whole(byte[] message) {
        headerSize = 0;
        bodySize = 0;
        body = null;
        return message;
    }

    private int take(byte[] into, int from, int end) {
        int count = Math.min(end - from, chunk.length() - offset);
        chunk.getBytes(offset, offset + count, into, from);
        offset += count;
        return count;
    }

    private int size() {
        if (header[0] != 0) {
            throw Status.UNIMPLEMENTED
                    .withDescription("compressed messages are not supported")
                    .asRuntimeException();
        }
        long size = Buffer.buffer(header).getUnsignedInt(1);
        if (size > messageSizeMax) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription("a message is larger than " + messageSizeMax + " bytes")
                    .asRuntimeException();
        }
        return (int) size;
    }
}
