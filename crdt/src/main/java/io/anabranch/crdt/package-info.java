/**
 * Records that any number of replicas change without asking each other, and that come out equal wherever they are joined.
 *
 * <p>This package is pure: values in, values out, no IO and no clock but a passed one. It knows nothing of storage, sync
 * or who may do what. Start with {@link io.anabranch.crdt.Record}; then {@link io.anabranch.crdt.RecordEdit}, which
 * makes the deltas, and {@link io.anabranch.crdt.DotSet}, the causal context.
 *
 * <h2>The idea</h2>
 *
 * A record is a <em>dotted</em> document: each write has a {@link io.anabranch.crdt.Dot} that names it, every field holds
 * the {@link io.anabranch.crdt.Entry entries} that are still in force, and one causal context for the whole record says
 * which dots were ever seen. A dot that is in the context but no longer in its field has been superseded; a dot that is
 * not in the context is news. That single rule is the join of every kind of field, so a replica can join, keep and forward
 * fields of kinds that it does not know. What a kind means is decided when a field is read and when it is written.
 *
 * <p>The construction is that of delta-state CRDTs with causal contexts: Almeida, Shoker, Baquero, <i>Delta State
 * Replicated Data Types</i>, JPDC 2018, section 7. We differ in three things: a delta's context holds exactly its own dots
 * and those it supersedes and never a bare version vector, so a delta that arrives before another never deletes what it
 * has not seen; counters are folded by the relay (see {@link io.anabranch.crdt.Fold}); and the bytes are canonical.
 *
 * <h2>Canonical encoding</h2>
 *
 * One state has one encoding; two replicas have converged when their bytes are equal. Integers are minimal LEB128
 * varints unless a width is given; fixed widths are big-endian.
 *
 * <pre>
 * record   = 0x01  replicas  context  stamps  fields
 * replicas = count, then 8 bytes each, ascending unsigned: just the replicas of the context
 * context  = for each replica  (last &lt;&lt; 1)                            the dots 1..last
 *                            | (spans &lt;&lt; 1 | 1), spans × (gap, length - 1)   gap: dots left out before the span
 * stamps   = count, each (milliseconds since the previous &lt;&lt; 1 | has counter) [counter]: ascending from 0, each in use
 * fields   = count, then by name (order of UTF-8 bytes) and kind
 * field    = name length, name, head
 *              head 1evvvvvv: register, one entry: [e: stamp index &lt;&lt; 1 | has dot, [dot]], then the value; v is its type,
 *                             or 16 + size of a text of up to 47 bytes, which follow
 *              head 0--ofkkkk is below
 * general  = head: bits 0-3 kind (15: kind - 15 follows), bit 4 has a fold, bit 5 has exactly one entry
 *            [fold = epoch, sequence, value type, value]  [entry count]  entries by (key, dot)
 * entry    = head: bits 0-3 value type, bit 4 dot follows, bit 5 stamp follows, bit 6 has a key, bit 7 has a stamp
 *            [key = value type, value]  [stamp index]  [dot]  [value]
 * dot      = n × replica count + replica index; left out when it is the one after the last written under the same stamp, or
 *            after the last of all if there is none; an entry that has no stamp counts under the stamp last written
 * stamp    = left out when it is the one last written (at first: the lowest)
 * value    = none 0 | text 1: length, UTF-8 | whole 2: zigzag | real 3: 8 bytes | false 4 | true 5 | binary 6: length, bytes
 *            | 7..14: length, bytes | 15: type - 15, length, bytes
 * </pre>
 */
@NullMarked
package io.anabranch.crdt;

import org.jspecify.annotations.NullMarked;
