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
     * A change of one record.
     *
     * @param fields what to put, null to delete
     */
    record Change(RecordKey key, @Nullable ObjectNode fields) {}
}
