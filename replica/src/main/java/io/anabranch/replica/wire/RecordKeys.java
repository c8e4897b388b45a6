package io.anabranch.replica.wire;

import io.anabranch.crdt.RecordKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Record keys as bytes that sort as the keys do: type, a zero byte, id, in UTF-8. */
public final class RecordKeys {

    private RecordKeys() {}

    /** The bytes of a key. */
    public static byte[] encode(RecordKey key) {
        byte[] type = key.type().getBytes(StandardCharsets.UTF_8);
        byte[] id = key.id().getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(type, type.length + 1 + id.length);
        System.arraycopy(id, 0, bytes, type.length + 1, id.length);
        return bytes;
    }

    /** The key of bytes that {@link #encode} made, from {@code offset} to the end. */
    public static RecordKey decode(byte[] bytes, int offset) {
        int zero = offset;
        while (zero < bytes.length && bytes[zero] != 0) {
            zero++;
        }
        if (zero == bytes.length) {
            throw new MalformedMessageException("a record's key has no type");
        }
        String type = new String(bytes, offset, zero - offset, StandardCharsets.UTF_8);
        return of(type, new String(bytes, zero + 1, bytes.length - zero - 1, StandardCharsets.UTF_8));
    }

    /** Before all keys of a type. */
    public static byte[] firstOf(String type) {
        byte[] bytes = type.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** After all keys of a type, and before those of the next. */
    public static byte[] endOf(String type) {
        byte[] bytes = firstOf(type);
        bytes[bytes.length - 1] = 1;
        return bytes;
    }

    /** A key from outside. */
    public static RecordKey of(String type, String id) {
        try {
            return new RecordKey(type, id);
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("a record's type or id is not valid", e);
        }
    }
}
