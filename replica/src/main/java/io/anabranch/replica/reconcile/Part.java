package io.anabranch.replica.reconcile;

import org.jspecify.annotations.Nullable;

/**
 * A range of keys and what one side has in it.
 *
 * @param from the least key
 * @param end the first key no longer in it, null for none
 */
record Part(byte[] from, byte @Nullable [] end, Fingerprint fingerprint) {}
