/**
 * An ordered store of bytes: the port {@link io.anabranch.replica.storage.Storage} and its two adapters,
 * {@link io.anabranch.replica.storage.RocksDbStorage} on disk and {@link io.anabranch.replica.storage.MemoryStorage} for
 * tests and the simulator. Start reading at {@code Storage}.
 *
 * <p>The package knows nothing of records, commits or relays: keys and values are arrays of bytes. Its terms: a
 * <b>family</b> is a named, separately ordered space of keys; a <b>batch</b> is a list of changes over any families
 * that becomes visible and durable whole; a <b>scan</b> walks a range of keys of one family; a <b>snapshot</b> reads all
 * families as they were at one moment.
 */
@NullMarked
package io.anabranch.replica.storage;

import org.jspecify.annotations.NullMarked;
