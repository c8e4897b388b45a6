package io.anabranch.crdt;

import static io.anabranch.crdt.MalformedRecordException.require;

import java.util.Arrays;

/** Bytes read from the front; never past the end. */
final class ByteSource {

    private final byte[] bytes;
    private int at;

    ByteSource(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isAtEnd() {
        return at == bytes.length;
    }

    int remaining() {
        return bytes.length - at;
    }

    int byteOf() {
        require(at < bytes.length, "the record is cut off");
        return bytes[at++] & 0xff;
    }

    /** A count of things of at least {@code sizeMin} bytes each. */
    int count(int sizeMin) {
        long count = varint();
        require(count >= 0 && count <= remaining() / sizeMin, "a count is larger than the bytes that follow");
        return (int) count;
    }

    long bounded(long max) {
        long value = varint();
        require(value >= 0 && value <= max, "a number is out of range");
        return value;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = byteOf();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                require(shift == 0 || (next != 0 && (shift < 63 || next == 1)), "a number is not minimal");
                return value;
            }
        }
        throw new MalformedRecordException("a number is too long");
    }

    long fixed() {
        require(remaining() >= 8, "the record is cut off");
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = (value << 8) | (bytes[at++] & 0xff);
        }
        return value;
    }

    String text() {
        return text(count(1));
    }

    String text(int size) {
        require(size <= remaining(), "the record is cut off");
        String text = Utf8.decode(bytes, at, size);
        at += size;
        return text;
    }

    /** Steps over bytes; where they begin. */
    int skip(int size) {
        require(size <= remaining(), "the record is cut off");
        at += size;
        return at - size;
    }

    String textAt(int from, int size) {
        return Utf8.decode(bytes, from, size);
    }

    FieldName registerName(int from, int size) {
        return KnownNames.register(bytes, from, size);
    }

    byte[] block() {
        int length = count(1);
        byte[] block = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return block;
    }
}
