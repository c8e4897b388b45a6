/**
 * Snapshots: what a set of buckets holds, in bulk, made once for all devices that are to have it.
 *
 * <p>Start with {@link io.anabranch.relay.snapshot.Snapshots}. No IO but through the ports {@link
 * io.anabranch.relay.store.RelayStore} and {@link io.anabranch.relay.snapshot.SegmentFiles}, and no threads: a shell asks for work to
 * be done, a portion at a time, so the simulator runs it as it is.
 *
 * <h2>Which records</h2>
 *
 * A user's scope set has large buckets that others have too, and small ones of their own. A snapshot is of the large ones only, its
 * <b>shared set</b>: all devices with the same large buckets and columns share it. The cursor that goes with it says that the device has
 * just that set; the rest comes in pages, as with any change of scope.
 *
 * <h2>Why it is right although records move while it is made</h2>
 *
 * It is of the position at which it was begun. It is read in the order of keys, each portion from the store as it is then, so no view
 * is held for long, and a record may be newer than the position. That does no harm: what changed after the position is given again by
 * the pages that follow it, as patches that say what is then. Only a record that came into the set later is left out: those pages could
 * not tell whether a device has it, should it have left again by then. A device is not consistent before the first consistent page.
 */
@NullMarked
package io.anabranch.relay.snapshot;

import org.jspecify.annotations.NullMarked;
