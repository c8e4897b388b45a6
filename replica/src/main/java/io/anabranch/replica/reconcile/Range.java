package io.anabranch.replica.reconcile;

import org.jspecify.annotations.Nullable;

/**
 * Keys whose items are still to be compared.
 *
 * @param from the least of them
 * @param end the first beyond them, null for none
 * @param depth how many answers have led to it
 */
record Range(byte[] from, byte @Nullable [] end, int depth) {}
