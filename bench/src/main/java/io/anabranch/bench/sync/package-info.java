/**
 * Measures sync between real processes over loopback: a relay, devices, and beside them the raw limits of the same machine in the same
 * run.
 *
 * <p>Start with {@link io.anabranch.bench.sync.SyncBenchCommand}. A <em>worker</em> is a process of its own that does what it is told over
 * its standard input, so that memory and time are those of a device alone.
 */
@NullMarked
package io.anabranch.bench.sync;

import org.jspecify.annotations.NullMarked;
