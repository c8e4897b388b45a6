/**
 * What the relay keeps: the port {@link io.anabranch.relay.store.RelayStore} in the relay's own terms, and its adapter
 * {@link io.anabranch.relay.store.KeyValueRelayStore} over an ordered store of bytes, on disk or in memory. Nothing here
 * judges commits or knows a session.
 *
 * <p>Start with {@code RelayStore}, which is written to by {@link io.anabranch.relay.store.Admitted}; then {@link
 * io.anabranch.relay.store.RelayView}, which is read; then {@link io.anabranch.relay.store.StoredRecord}, which knows what a
 * reader lacks.
 *
 * <h2>Terms</h2>
 *
 * A <b>stamp</b> is the sequence at which a field of a record last changed. The <b>feed</b> of a bucket has one entry for each
 * record in it, at the sequence of the record's latest change, and one for each record that has left it; the entry <b>moves</b> when
 * the record changes, so a feed is as long as the bucket has had records, however many changes there were. A <b>membership</b>
 * is a record's being in a bucket: since when, and where its entry is. A
 * <b>head</b> is where something goes on: the store's is the position of the latest accepted commit, a replica's is the
 * sequence number and link that its next commit must have. A <b>verdict run</b> is one answer to consecutive
 * commits of one replica.
 *
 * <h2>Families of the adapter</h2>
 *
 * <pre>
 * states      record key                        stored record: stamps, memberships, state
 * feed        bucket 8, sequence 8, record key  nothing; 1 if it has left
 * references  type, 0, field, 0, value, id      nothing
 * timers      millis 8, record key              nothing
 * heads       replica 8                         next seq 8, link 32
 * verdicts    replica 8, first seq 8            count, epoch, sequence (accepted) | count, 0, rejection
 * attachments hash of content 32, record key    nothing: see {@link io.anabranch.relay.store.AttachmentReferrers}
 * tables      table, 0, key                     value
 * meta        store-id | secret | head | epoch, 4 (start 8, id 8) | live, type | bucket, 8
 * </pre>
 *
 * Fixed widths are big-endian; record keys sort as (type, id).
 */
@NullMarked
package io.anabranch.relay.store;

import org.jspecify.annotations.NullMarked;
