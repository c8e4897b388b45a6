package io.anabranch.bench.replay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * What a replay came to.
 *
 * @param devices how many there were
 * @param commits of the stream
 * @param edits changes of one record each, in all commits
 * @param liveRecords at the relay at the end, by type
 * @param lost commits that were saved and are neither accepted, pending nor a sync error
 * @param errors sync errors
 * @param concurrentCommits commits that edited a record without knowing of an earlier edit of it
 * @param concurrentEdits the records they so edited
 * @param sideBySide registers that hold values written concurrently at the end
 * @param converged whether all devices and the relay hold the same bytes
 * @param digest of the relay's records
 * @param syncs of all devices
 * @param bytesUp on the wire, TLS included
 * @param bytesDown on the wire, TLS included
 * @param seconds from the first commit to the end of the last sync
 */
public record ReplayReport(
        int devices,
        long commits,
        long edits,
        Map<String, Long> liveRecords,
        long lost,
        long errors,
        long concurrentCommits,
        long concurrentEdits,
        long sideBySide,
        boolean converged,
        String digest,
        long syncs,
        long bytesUp,
        long bytesDown,
        double seconds) {

    /** How many records are live. */
    public long records() {
        return liveRecords.values().stream().mapToLong(Long::longValue).sum();
    }

    /** As one JSON object. */
    public ObjectNode json() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("devices", devices).put("commits", commits).put("edits", edits).put("records", records());
        liveRecords.forEach(node.putObject("records_by_type")::put);
        node.put("lost", lost).put("errors", errors).put("converged", converged).put("digest", digest);
        node.put("concurrent_commits", concurrentCommits).put("concurrent_edits", concurrentEdits);
        node.put("side_by_side", sideBySide).put("syncs", syncs);
        node.put("bytes_up", bytesUp).put("bytes_down", bytesDown).put("seconds", seconds);
        return node;
    }
}
