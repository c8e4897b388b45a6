package io.anabranch.replica.storage;

import org.jspecify.annotations.Nullable;

/** The keys {@code from <= key < end} in one of the two directions. */
final class KeyRange {

    final byte[] from;
    final byte @Nullable [] end;
    final boolean backward;

    KeyRange(byte[] from, byte @Nullable [] end, boolean backward) {
        this.from = from;
        this.end = end;
        this.backward = backward;
    }
}
