package io.anabranch.replica.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.EnvOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/** The parts of a store: sorted files in a directory beside it, of the same file system, so that ingesting moves them. Any thread. */
final class RocksDbParts {

    private static final String FINISHED = ".sst";
    private static final String BEGUN = ".tmp";

    private static final long SYNC_BYTES = 512 << 10;

    private final Path dir;

    RocksDbParts(Path storeDir) {
        this.dir = storeDir.resolveSibling(storeDir.getFileName() + "-parts");
    }

    PartWriter write(String name) {
        try {
            Files.createDirectories(dir);
            Files.deleteIfExists(file(name, FINISHED));
            Files.deleteIfExists(file(name, BEGUN));
            return new Writer(file(name, BEGUN), file(name, FINISHED));
        } catch (IOException e) {
            throw failed(e);
        } catch (RocksDBException e) {
            throw RocksDbFailures.using(dir, e);
        }
    }

    Set<String> finished() {
        if (!Files.isDirectory(dir)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(FINISHED))
                    .map(name -> name.substring(0, name.length() - FINISHED.length()))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    void delete(Collection<String> names) {
        try {
            for (String name : names) {
                Files.deleteIfExists(file(name, FINISHED));
                Files.deleteIfExists(file(name, BEGUN));
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    void ingest(RocksDB db, ColumnFamilyHandle family, Collection<String> names) throws RocksDBException {
        if (names.isEmpty()) {
            return;
        }
        List<String> files =
                names.stream().map(name -> file(name, FINISHED).toString()).toList();
        try (IngestExternalFileOptions options = new IngestExternalFileOptions().setMoveFiles(true)) {
            db.ingestExternalFile(family, files, options);
        }
        delete(names);
    }

    private Path file(String name, String suffix) {
        if (!name.matches("[A-Za-z0-9-]{1,100}")) {
            throw new IllegalArgumentException("a part's name is not valid: " + name);
        }
        return dir.resolve(name + suffix);
    }

    private StorageException failed(IOException cause) {
        return new StorageException(
                RocksDbFailures.FAILED, Map.of("path", dir.toString(), "reason", String.valueOf(cause)), cause);
    }

    private final class Writer implements PartWriter {

        private final Path begun;
        private final Path finished;
        // Given to the disk bit by bit: the sync of a save made meanwhile waits for what others have written.
        private final EnvOptions environment = new EnvOptions().setBytesPerSync(SYNC_BYTES);
        private final Options options = RocksDbTuning.part();
        private final SstFileWriter writer = new SstFileWriter(environment, options);
        private byte @Nullable [] last;
        private boolean closed;

        Writer(Path begun, Path finished) throws RocksDBException {
            this.begun = begun;
            this.finished = finished;
            writer.open(begun.toString());
        }

        @Override
        public void put(byte[] key, byte[] value) {
            if (last != null && Arrays.compareUnsigned(last, key) >= 0) {
                throw new IllegalArgumentException("a part's keys are not ascending");
            }
            last = key;
            try {
                writer.put(key, value);
            } catch (RocksDBException e) {
                throw RocksDbFailures.using(dir, e);
            }
        }

        @Override
        public void finish() {
            try {
                writer.finish();
                Files.move(begun, finished, StandardCopyOption.ATOMIC_MOVE);
            } catch (RocksDBException e) {
                throw RocksDbFailures.using(dir, e);
            } catch (IOException e) {
                throw failed(e);
            }
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            writer.close();
            options.close();
            environment.close();
            try {
                Files.deleteIfExists(begun);
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }
}
