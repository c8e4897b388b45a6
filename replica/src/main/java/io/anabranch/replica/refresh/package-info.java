/**
 * What a snapshot is made of, and what a device does with one.
 *
 * <p>Start with {@link io.anabranch.replica.refresh.SnapshotIntake}: it takes a manifest and segments, checks all of it, and has them loaded
 * into the {@linkplain io.anabranch.replica.state.NextGeneration next generation} of the store. No IO but through the storage port, so the
 * simulator runs it as it is; {@code SnapshotCalls} of the package {@code grpc} is the adapter to the network.
 *
 * <h2>A segment, layout 1</h2>
 *
 * <pre>
 * segment  = "ABSEGM01" block+                      ; ascending by key over all blocks, no key twice
 * block    = plain-size:uint32 packed-size:uint32 bytes
 *                                                   ; packed by Zstandard; plain is of entries
 * entry    = shared:varint more:varint size:varint key-bytes value-bytes
 *                                                   ; the key is that many bytes of the one before in the block, then more
 * </pre>
 *
 * Numbers of fixed size are big-endian. A key is a record's key and a value its canonical state, as in the family {@code records} of a
 * device's store. A segment ends where a block does: of {@value io.anabranch.replica.refresh.SegmentWriter#PLAIN_SIZE_MAX} bytes
 * or, where the hash of a key says so, earlier; so a snapshot that is made later has most of its segments in common, and a device that has
 * them does not fetch them again.
 *
 * <p>Segments are not files of RocksDB: what comes from outside is read by code of ours that checks it, the device makes files as its own
 * version and settings want them, and both kinds of storage can be filled.
 */
@NullMarked
package io.anabranch.replica.refresh;

import org.jspecify.annotations.NullMarked;
