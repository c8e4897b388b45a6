package io.anabranch.replica.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;
import org.rocksdb.TickerType;

/** Reads the numbers of an open RocksDB; the caller has entered the guard. */
final class RocksDbStatistics {
    /** Sums over all families. */
    private static final List<String> FAMILY_PROPERTIES =
            List.of("estimate-num-keys", "estimate-pending-compaction-bytes");

    private static final List<String> PROPERTIES =
            List.of("background-errors", "num-running-compactions", "num-running-flushes", "num-snapshots");

    private static final List<TickerType> TICKERS = List.of(
            TickerType.BLOCK_CACHE_HIT,
            TickerType.BLOCK_CACHE_MISS,
            TickerType.BLOOM_FILTER_USEFUL,
            TickerType.BYTES_READ,
            TickerType.BYTES_WRITTEN,
            TickerType.WAL_FILE_BYTES,
            TickerType.WAL_FILE_SYNCED,
            TickerType.FLUSH_WRITE_BYTES,
            TickerType.COMPACT_WRITE_BYTES,
            TickerType.STALL_MICROS);

    private RocksDbStatistics() {}

    static StorageStatistics read(Path dir, RocksDbHandles handles) throws RocksDBException {
        Map<String, Long> counters = new TreeMap<>();
        for (String property : FAMILY_PROPERTIES) {
            counters.put(property, handles.db.getAggregatedLongProperty("rocksdb." + property));
        }
        for (String property : PROPERTIES) {
            counters.put(property, handles.db.getLongProperty("rocksdb." + property));
        }
        if (handles.statistics != null) {
            for (TickerType ticker : TICKERS) {
                counters.put(name(ticker), handles.statistics.getTickerCount(ticker));
            }
        }
        return new StorageStatistics(
                diskBytes(dir),
                handles.db.getAggregatedLongProperty("rocksdb.cur-size-all-mem-tables"),
                handles.db.getLongProperty("rocksdb.block-cache-usage"),
                counters);
    }

    private static String name(TickerType ticker) {
        return ticker.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    private static long diskBytes(Path dir) {
        try (Stream<Path> files = Files.list(dir)) {
            return files.mapToLong(RocksDbStatistics::size).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            // Compaction removes files at any time.
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
