package io.anabranch.crdt;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The names of registers that were read lately, so that the names of a type's fields are not made anew for each of its records: they are
 * a third of what decoding allocates. A table of fixed size in which the newest of two names that meet stays; thread-safe.
 */
final class KnownNames {

    private static final int SLOTS = 1 << 11;
    private static final AtomicReferenceArray<@Nullable Known> TABLE = new AtomicReferenceArray<>(SLOTS);

    private KnownNames() {}

    private record Known(byte[] utf8, FieldName name) {}

    /** The name of the register whose UTF-8 bytes stand at a place of an array. */
    static FieldName register(byte[] bytes, int from, int size) {
        int hash = 1;
        for (int i = from; i < from + size; i++) {
            hash = 31 * hash + bytes[i];
        }
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        Known known = TABLE.get(slot);
        if (known != null && Arrays.equals(known.utf8, 0, known.utf8.length, bytes, from, from + size)) {
            return known.name;
        }
        FieldName name = new FieldName(Utf8.decode(bytes, from, size), Kind.REGISTER);
        TABLE.set(slot, new Known(Arrays.copyOfRange(bytes, from, from + size), name));
        return name;
    }
}
