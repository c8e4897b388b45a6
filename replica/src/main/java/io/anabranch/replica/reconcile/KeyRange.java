package io.anabranch.replica.reconcile;

import org.jspecify.annotations.Nullable;

/**
 * Keys that are compared.
 *
 * @param from the least of them
 * @param end the first beyond them, null for none
 */
public record KeyRange(byte[] from, byte @Nullable [] end) {

    /** All keys. */
    public static final KeyRange ALL = new KeyRange(new byte[0], null);
}
