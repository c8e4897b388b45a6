package io.anabranch.replica.storage;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns what RocksDB reports into a {@link StorageException} that names the file and the next step. */
final class RocksDbFailures {
    static final String DAMAGED =
            "a file of the store is damaged; move the directory of the store away to keep it, check"
                    + " the disk, and start with a new directory or a restored one";
    static final String DAMAGED_IN_USE =
            "a file of the store is damaged; check the disk, and fetch everything anew, which keeps what was not sent yet:"
                    + " anabranch device sync refresh";
    static final String IN_USE = "the store is in use by another process; stop that process, or use another directory";
    static final String OPEN_HERE = "the store is already open in this process; close it first";
    static final String DISK_FULL = "the disk is full; free some space, then start again";
    static final String FAILED =
            "the disk failed the store; check the disk and the permissions of the directory, then start again";
    static final String STOPPED =
            "the store takes no writes since one failed; put right what that failure names, then start again";

    /** The names RocksDB gives its files. RocksDB often adds the manifest to a complaint, so the first name counts. */
    private static final Pattern FILE =
            Pattern.compile("\\b(\\d{6,}\\.(?:sst|log|blob)|MANIFEST-\\d+|CURRENT|OPTIONS-\\d+)");

    private RocksDbFailures() {}

    /** Returns why the store could not be opened. */
    static StorageException opening(Path dir, RocksDBException cause) {
        String reason = reason(cause);
        if (reason.contains("lock hold by current process")) {
            return exception(OPEN_HERE, dir, cause);
        }
        if (reason.contains("While lock file")) {
            return exception(IN_USE, dir, cause);
        }
        // A file the manifest names and the directory lacks comes as an ordinary error of input and output.
        boolean missing = reason.contains("No such file") && file(reason) != null;
        return missing || isDamage(cause) ? exception(DAMAGED, dir, cause) : using(dir, cause);
    }

    /** Returns why a store that is open could not be read or written. */
    static StorageException using(Path dir, RocksDBException cause) {
        Status status = cause.getStatus();
        if (isDamage(cause)) {
            return exception(DAMAGED_IN_USE, dir, cause);
        }
        boolean full = status != null && status.getSubCode() == Status.SubCode.NoSpace;
        return exception(full || reason(cause).contains("No space left") ? DISK_FULL : FAILED, dir, cause);
    }

    private static boolean isDamage(RocksDBException cause) {
        Status status = cause.getStatus();
        return status != null && status.getCode() == Status.Code.Corruption;
    }

    /** Returns that the store refuses writes because of an earlier failure. */
    static StorageException stopped(Path dir, StorageException earlier) {
        return new StorageException(STOPPED, Map.of("path", dir.toString()), earlier);
    }

    /** Returns that a file is damaged or missing, as found without RocksDB. */
    static StorageException damaged(Path dir, String file) {
        return new StorageException(DAMAGED, Map.of("path", dir.toString(), "file", file), null);
    }

    private static StorageException exception(String message, Path dir, RocksDBException cause) {
        Map<String, String> details = new TreeMap<>();
        details.put("path", dir.toString());
        details.put("reason", reason(cause));
        String file = file(reason(cause));
        if (file != null) {
            details.put("file", file);
        }
        return new StorageException(message, details, cause);
    }

    private static String reason(RocksDBException cause) {
        return String.valueOf(cause.getMessage());
    }

    private static @Nullable String file(String reason) {
        Matcher matcher = FILE.matcher(reason);
        return matcher.find() ? matcher.group() : null;
    }
}
