package io.anabranch.crdt;

import org.jspecify.annotations.Nullable;

/** A write of an edit, in the model; {@code value} is what a register, multi or set got. */
record ModelWrite(
        int edit, String name, String kind, @Nullable Value value, long stamp) {

    boolean isOf(String otherName, String otherKind) {
        return name.equals(otherName) && kind.equals(otherKind);
    }
}
