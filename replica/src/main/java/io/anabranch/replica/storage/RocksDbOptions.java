package io.anabranch.replica.storage;

/**
 * What a {@link RocksDbStorage} may take. The memory of a store is bounded by {@code blockCacheBytes} plus
 * {@code writeBufferBytes} and does not grow with what it holds: the indexes and filters of its files live in the cache.
 *
 * @param blockCacheBytes memory for blocks read, their indexes and filters; 0 to use the one cache of
 *     {@value #SHARED_CACHE_BYTES} bytes that all such stores of the process share
 * @param writeBufferBytes memory for writes not yet in sorted files, over all families; at least
 *     {@value #WRITE_BUFFER_BYTES_MIN}. The log on disk is bounded by {@value #LOG_FACTOR} times this
 * @param openFilesMax how many sorted files are held open at once, at least {@value #OPEN_FILES_MIN}
 * @param backgroundJobsMax threads that flush and compact, shared by all stores of the process
 * @param statistics whether to count reads, cache hits and bytes, which costs some percent
 */
public record RocksDbOptions(
        long blockCacheBytes, long writeBufferBytes, int openFilesMax, int backgroundJobsMax, boolean statistics) {
    /** Size of the cache of the stores that share one. */
    static final long SHARED_CACHE_BYTES = 64 << 20;

    static final long WRITE_BUFFER_BYTES_MIN = 256 << 10;
    static final int LOG_FACTOR = 4;
    static final int OPEN_FILES_MIN = 16;

    /** Checks the ranges. */
    public RocksDbOptions {
        if (blockCacheBytes < 0
                || writeBufferBytes < WRITE_BUFFER_BYTES_MIN
                || openFilesMax < OPEN_FILES_MIN
                || backgroundJobsMax < 1) {
            throw new IllegalArgumentException("an option of the store is out of range");
        }
    }

    /** Returns the options of a device: 32 MiB to read, 16 MiB to write. */
    public static RocksDbOptions defaults() {
        return new RocksDbOptions(32 << 20, 64 << 20, 256, 2, false);
    }

    /** Returns the options of a relay: 256 MiB to read, 128 MiB to write, and statistics. */
    public static RocksDbOptions large() {
        return new RocksDbOptions(256 << 20, 128 << 20, 1024, 2, true);
    }

    /** Returns the options for dozens of small stores in one process: one cache for all, 1 MiB to write for each. */
    public static RocksDbOptions sharing() {
        return new RocksDbOptions(0, 1 << 20, 32, 2, false);
    }

    /**
     * Returns these options with statistics counted or not.
     *
     * @param counted whether to count
     */
    public RocksDbOptions withStatistics(boolean counted) {
        return new RocksDbOptions(blockCacheBytes, writeBufferBytes, openFilesMax, backgroundJobsMax, counted);
    }

    long logBytesMax() {
        return writeBufferBytes * LOG_FACTOR;
    }
}
