/**
 * Two records that turn out to be one.
 *
 * <p>{@link io.anabranch.relay.merge.MergeDesk} merges: what refers to the record that goes refers to the one that stays, and the one that
 * goes is deleted with a mark that names the other, by commits of the relay's own. What devices have still to send is redirected by
 * admission, which looks for that mark: {@link io.anabranch.relay.admission.MergedRecords}.
 */
@NullMarked
package io.anabranch.relay.merge;

import org.jspecify.annotations.NullMarked;
