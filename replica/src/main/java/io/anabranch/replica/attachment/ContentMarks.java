package io.anabranch.replica.attachment;

import io.anabranch.replica.attachment.ContentFiles.Mark;
import io.anabranch.replica.content.ContentHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The marks of content, each a file with a number; which content waits is in memory too. Thread-safe. */
final class ContentMarks {

    private final ContentFiles files;
    private final Set<ContentHash> waiting = ConcurrentHashMap.newKeySet();

    ContentMarks(ContentFiles files) throws IOException {
        this.files = files;
        waiting.addAll(files.marked(Mark.WAITING));
    }

    Set<ContentHash> waiting() {
        return Set.copyOf(waiting);
    }

    boolean isAnyWaiting() {
        return !waiting.isEmpty();
    }

    boolean isWaiting(ContentHash hash) {
        return waiting.contains(hash);
    }

    /** Durable on return. */
    void put(ContentHash hash, Mark mark, long number) {
        try {
            files.write(
                    files.mark(mark, hash),
                    ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        } catch (IOException e) {
            throw AttachmentException.of(e);
        }
        if (mark == Mark.WAITING) {
            waiting.add(hash);
        }
    }

    /** Durable later: a crash may bring it back. */
    void drop(ContentHash hash, Mark mark) {
        try {
            files.delete(files.mark(mark, hash));
        } catch (IOException e) {
            throw AttachmentException.of(e);
        }
        if (mark == Mark.WAITING) {
            waiting.remove(hash);
        }
    }

    /** Since when content is an orphan: from now on, if it was none. */
    long orphaned(ContentHash hash, long nowMillis) {
        OptionalLong since = orphanedSince(hash);
        if (since.isEmpty()) {
            put(hash, Mark.ORPHAN, nowMillis);
        }
        return since.orElse(nowMillis);
    }

    void adopted(ContentHash hash) {
        if (Files.exists(files.mark(Mark.ORPHAN, hash))) {
            drop(hash, Mark.ORPHAN);
        }
    }

    /** Marks with others all that is marked here. */
    void copyTo(ContentMarks other) throws IOException {
        for (Mark mark : Mark.values()) {
            for (ContentHash hash : files.marked(mark)) {
                other.put(hash, mark, mark == Mark.ORPHAN ? orphanedSince(hash).orElse(0) : 0);
            }
        }
    }

    private OptionalLong orphanedSince(ContentHash hash) {
        try {
            byte[] bytes = files.read(files.mark(Mark.ORPHAN, hash), Long.BYTES).orElse(new byte[0]);
            return bytes.length == Long.BYTES
                    ? OptionalLong.of(ByteBuffer.wrap(bytes).getLong())
                    : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
