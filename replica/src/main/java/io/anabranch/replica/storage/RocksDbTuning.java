package io.anabranch.replica.storage;

import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WALRecoveryMode;

/**
 * How RocksDB is set up, and why.
 *
 * <p><b>Files</b>: LZ4 for the upper levels, which are rewritten often, and ZSTD for the last, which holds nine tenths of
 * the bytes. Bloom filters of ten bits a key make reads of missing keys cheap. Blocks of 8 KiB halve the index against
 * the default.
 *
 * <p><b>Memory</b>: indexes and filters live in the cache, and write buffers are bounded over all families together. The
 * arena of a family grows in small steps, so that a store of ten families that were hardly written takes kilobytes.
 *
 * <p><b>Log</b>: point-in-time recovery replays the log up to the first record that is incomplete or fails its checksum,
 * and cuts the rest. A synced write has all bytes before it on the disk, so the cut is always behind it; bytes that were
 * not synced may be there in any order after a loss of power, with holes, and only this mode cuts them without refusing
 * to open (tolerating a corrupted tail forgives an incomplete last record only). The price: bytes of a log that rot after
 * they were synced look like a tail and are cut too, and a log that someone deletes is not missed. In sorted files damage is
 * an error.
 */
final class RocksDbTuning {
    private static final long BLOCK_BYTES = 8 << 10;
    private static final long INFO_LOG_BYTES_MAX = 1 << 20;
    private static final long INFO_LOGS_MAX = 2;
    private static final long MANIFEST_BYTES_MAX = 16 << 20;
    private static final long MANIFEST_STEP_BYTES = 64 << 10;
    private static final long ARENA_STEPS = 32;
    private static final long ARENA_STEP_BYTES_MAX = 256 << 10;
    private static final int CACHE_SHARD_BITS = 2;
    private static final int BLOOM_BITS = 10;

    private RocksDbTuning() {}

    /** Returns a new cache for one store, or the cache of the process, which its users must not close. */
    static Cache cache(RocksDbOptions options) {
        return options.blockCacheBytes() == 0 ? SharedCache.CACHE : newCache(options.blockCacheBytes());
    }

    static boolean isShared(AbstractNativeReference cache) {
        return cache == SharedCache.CACHE;
    }

    static DBOptions database(RocksDbOptions options) {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setMaxTotalWalSize(options.logBytesMax())
                .setDbWriteBufferSize(options.writeBufferBytes())
                .setMaxOpenFiles(options.openFilesMax())
                .setMaxBackgroundJobs(options.backgroundJobsMax())
                .setMaxManifestFileSize(MANIFEST_BYTES_MAX)
                .setManifestPreallocationSize(MANIFEST_STEP_BYTES)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(INFO_LOG_BYTES_MAX)
                .setKeepLogFileNum(INFO_LOGS_MAX)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setSkipStatsUpdateOnDbOpen(true);
    }

    static ColumnFamilyOptions family(RocksDbOptions options, Cache cache, BloomFilter filter) {
        long arenaBytes = Math.min(ARENA_STEP_BYTES_MAX, options.writeBufferBytes() / ARENA_STEPS);
        return new ColumnFamilyOptions()
                .setTableFormatConfig(table(cache, filter))
                // Half for each, so that the busiest family is written while its last buffer is flushed.
                .setWriteBufferSize(options.writeBufferBytes() / 2)
                .setArenaBlockSize(arenaBytes)
                .setLevelCompactionDynamicLevelBytes(true)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION);
    }

    /**
     * For files that are made to be ingested. LZ4, at twice the speed of ZSTD: the next compaction of the last level makes them small.
     */
    static Options part() {
        return new Options()
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockSize(BLOCK_BYTES)
                        .setFilterPolicy(filter())
                        .setWholeKeyFiltering(true)
                        .setOptimizeFiltersForMemory(true));
    }

    static BloomFilter filter() {
        return new BloomFilter(BLOOM_BITS);
    }

    private static BlockBasedTableConfig table(Cache cache, BloomFilter filter) {
        return new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(BLOCK_BYTES)
                .setFilterPolicy(filter)
                .setWholeKeyFiltering(true)
                .setOptimizeFiltersForMemory(true)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true);
    }

    private static Cache newCache(long bytes) {
        return new LRUCache(bytes, CACHE_SHARD_BITS, false, 0.5);
    }

    /** Made when the first store that shares it opens; lives as long as the process. */
    private static final class SharedCache {
        static final Cache CACHE = newCache(RocksDbOptions.SHARED_CACHE_BYTES);
    }
}
