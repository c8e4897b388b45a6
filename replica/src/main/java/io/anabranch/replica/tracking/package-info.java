/**
 * What is told of a device's syncs, and the settings that go by it: no IO, no clock, no threads.
 *
 * <p>A <em>track</em> ({@link io.anabranch.replica.tracking.SyncTrack}) is what one run, or one live connection, did. The device keeps its
 * last ones as records of the reserved type {@code $tracking}, which sync like all others, so that the office sees who syncs how and what
 * fails. {@link io.anabranch.replica.tracking.SyncSettings} says when a device is overdue and when it syncs by itself; {@link
 * io.anabranch.replica.tracking.Pauses} how long it waits after a cut.
 */
@NullMarked
package io.anabranch.replica.tracking;

import org.jspecify.annotations.NullMarked;
