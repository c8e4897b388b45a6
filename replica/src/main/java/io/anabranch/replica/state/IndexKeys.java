package io.anabranch.replica.state;

import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Relation;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Values as bytes that sort as queries order them: no value, truth values, numbers, texts, bytes, then what this version does not know.
 * Equal values have equal bytes, and of texts and bytes that are longer than {@value #SIZE_MAX} only the beginning counts: what is looked up
 * by them is to be compared again.
 */
public final class IndexKeys {

    /** How much of a text or of bytes counts. */
    static final int SIZE_MAX = 256;

    private static final byte NONE = 1;
    private static final byte BOOL = 2;
    private static final byte NUMBER = 3;
    private static final byte TEXT = 4;
    private static final byte BINARY = 5;
    private static final byte OTHER = 6;
    private static final int NUMBER_SIZE = 2 * Long.BYTES;
    private static final double LONG_END = 0x1p63;

    private IndexKeys() {}

    /** No value. */
    public static byte[] none() {
        return new byte[] {NONE};
    }

    /** The bytes of a value. */
    public static byte[] of(Value value) {
        Value key = Relation.key(value);
        if (key instanceof Value.Bool bool) {
            return new byte[] {BOOL, (byte) (bool.bool() ? 1 : 0)};
        } else if (key instanceof Value.Whole whole) {
            double nearest = (double) whole.number();
            return number(nearest, whole.number() - (long) nearest);
        } else if (key instanceof Value.Real real) {
            return number(real.number(), real.number() == LONG_END ? Long.MAX_VALUE : 0);
        } else if (key instanceof Value.Text text) {
            return escaped(TEXT, text.text().getBytes(StandardCharsets.UTF_8));
        } else if (key instanceof Value.Binary binary) {
            return escaped(BINARY, binary.bytes());
        }
        // Their order is that of their types and bytes; equal ones have equal bytes, which is all that is asked.
        return escaped(OTHER, key.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** What the bytes of all values of the same type begin with. */
    public static byte[] typeOf(byte[] key) {
        return new byte[] {key[0]};
    }

    /** How many bytes the value takes that stands at {@code from}. */
    static int size(byte[] bytes, int from) {
        return switch (bytes[from]) {
            case NONE -> 1;
            case BOOL -> 2;
            case NUMBER -> 1 + NUMBER_SIZE;
            default -> {
                int at = from + 1;
                while (bytes[at] != 0 || bytes[at + 1] != 0) {
                    at += bytes[at] == 0 ? 2 : 1;
                }
                yield at + 2 - from;
            }
        };
    }

    private static byte[] number(double nearest, long rest) {
        long bits = Double.doubleToLongBits(nearest + 0.0);
        long ordered = bits < 0 ? ~bits : bits ^ Long.MIN_VALUE;
        return ByteBuffer.allocate(1 + NUMBER_SIZE)
                .put(NUMBER)
                .putLong(ordered)
                .putLong(rest ^ Long.MIN_VALUE)
                .array();
    }

    /** A zero is followed by 255, the end is two zeros: so a beginning sorts before what it begins. */
    private static byte[] escaped(byte rank, byte[] content) {
        byte[] counted = content.length > SIZE_MAX ? Arrays.copyOf(content, SIZE_MAX) : content;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(counted.length + 3);
        bytes.write(rank);
        for (byte one : counted) {
            bytes.write(one);
            if (one == 0) {
                bytes.write(0xff);
            }
        }
        bytes.write(0);
        bytes.write(0);
        return bytes.toByteArray();
    }
}
