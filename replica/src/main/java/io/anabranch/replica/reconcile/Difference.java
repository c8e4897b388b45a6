package io.anabranch.replica.reconcile;

/**
 * A key of which the two sides do not have the same state.
 *
 * @param key not to be changed
 * @param here whether this side has one
 * @param there whether the other side has one
 */
public record Difference(byte[] key, boolean here, boolean there) {}
