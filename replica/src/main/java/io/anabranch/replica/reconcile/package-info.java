/**
 * Finds in which records two stores differ, at the price of the difference and not of the stores: range-based set reconciliation.
 *
 * <p>Start with {@link io.anabranch.replica.reconcile.Comparison}, the asking side, a device; {@link
 * io.anabranch.replica.reconcile.Comparer} is the answering side, a relay. Bytes in, bytes out: no IO, no clock, no threads.
 * Both sides read their {@link io.anabranch.replica.reconcile.Items} through a port of one method.
 *
 * <h2>The idea</h2>
 *
 * Items are ordered by key. The asker tells the {@link io.anabranch.replica.reconcile.Fingerprint} of its items in each of some ranges; the
 * answerer says of each whether its own is the same, and if not, cuts the range into parts and tells their fingerprints,
 * or, where it has few items, names them. The asker goes on with the parts that differ. Two levels go by in a round trip,
 * each a sixteenth to a thirty-second of the one above, so a million records take four. After A. Meyer, <i>Range-Based Set
 * Reconciliation</i> (SRDS 2023), and D. Hoyte's negentropy. Three things differ: the answerer remembers nothing between two
 * messages; the asker keeps a stack of ranges that it works off in the order of keys, so that a message may be as short as
 * one likes and both sides' memory is bounded by the length of a message; and a range is cut into equal parts in one pass without
 * knowing its size, by merging neighbours whenever there are too many ({@link io.anabranch.replica.reconcile.Partition}).
 *
 * <h2>Why one cannot be deceived</h2>
 *
 * A fingerprint is a count and a sum, modulo 2^128, of a hash of each item, so ranges can be joined and none is kept. Plain sums can be
 * forged: whoever writes records can look for a set of them that sums to what another one does (Wagner's birthday problem). So the
 * hash is keyed: SHA-256 over a key of 128 bits that the asker draws for each comparison, after what is compared was written. Two
 * given sets that differ then have equal sums with a probability of 2^-128, whoever made them. The price is that fingerprints
 * cannot be prepared: each round reads the ranges in question once.
 *
 * <h2>Grammar</h2>
 *
 * Numbers are varints of at most 64 bits; a bound shares its first bytes with the one before it in the message, the first with the empty one.
 *
 * <pre>
 * question = 0x01 , 1*ask                        ascending, not overlapping
 * ask      = form , [ from bound ] , [ end bound ] , fingerprint
 * form     = 0..3                                + 1: has a from, else it is the end of the ask before; + 2: has no end
 * answers  = 0x02 , 1*answer                     to the first asks of the question, in order; not more than it has
 * answer   = 0x00                                the fingerprint is the same
 *          | 0x01 , count , parts                at least 2: all but the last with their end
 *          | 0x02 , count , items                all there are, ascending, perhaps none
 * part     = [ end bound ] , fingerprint
 * item     = key bound , hash
 * bound    = shared length , length , bytes
 * fingerprint = count , hash                     the hash is left out if the count is 0
 * hash     = 16 bytes
 * </pre>
 */
@NullMarked
package io.anabranch.replica.reconcile;

import org.jspecify.annotations.NullMarked;
