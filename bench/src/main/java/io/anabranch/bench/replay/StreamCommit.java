package io.anabranch.bench.replay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.RecordKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One save of the stream.
 *
 * @param n its line, from 1
 * @param timeMillis when it was made, ms since 1970
 * @param editor who made it
 */
record StreamCommit(long n, long timeMillis, String editor, List<Change> changes) {

    /**
     * What a commit does to one record.
     *
     * @param deletes whether it deletes it, before it puts anything
     * @param fields what it puts, null if nothing
     */
    record Change(RecordKey key, boolean deletes, @Nullable ObjectNode fields) {

        /** This change and then another of the same record. */
        Change then(Change next) {
            if (next.deletes || fields == null) {
                return new Change(key, deletes || next.deletes, next.fields);
            } else if (next.fields == null) {
                return this;
            }
            ObjectNode both = fields.deepCopy();
            both.setAll(next.fields);
            return new Change(key, deletes, both);
        }
    }
}
