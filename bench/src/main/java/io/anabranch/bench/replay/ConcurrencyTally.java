package io.anabranch.bench.replay;

import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts the edits that were made without knowing of an earlier edit of the same record: compares what an editor's device has seen of a record with
 * everything that was ever written of it.
 */
final class ConcurrencyTally {

    private final Map<RecordKey, DotSet> written = new HashMap<>();
    private long concurrentEdits;
    private long concurrentCommits;

    /** A commit is about to be made of records as its author sees them. */
    void beforeCommit(Iterable<Record> views) {
        boolean any = false;
        for (Record view : views) {
            DotSet known = written.getOrDefault(view.key(), DotSet.EMPTY);
            if (!view.context().containsAll(known)) {
                concurrentEdits++;
                any = true;
            }
        }
        concurrentCommits += any ? 1 : 0;
    }

    /** A commit has been made. */
    void afterCommit(Iterable<Record> views) {
        for (Record view : views) {
            written.merge(view.key(), view.context(), DotSet::union);
        }
    }

    long concurrentEdits() {
        return concurrentEdits;
    }

    long concurrentCommits() {
        return concurrentCommits;
    }
}
