package io.anabranch.bench.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.Page;
import io.anabranch.proto.Patch;
import io.anabranch.proto.Patches;
import io.anabranch.replica.wire.Packed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which state of each record a device has that is filled for the first time: then pages are applied as they come, so each
 * record is as it was at the relay when its page was made.
 */
final class FirstFilling {

    private final List<Step> steps = new ArrayList<>();
    private Map<String, Long> sequences = new HashMap<>();
    private boolean over;

    private record Step(ByteString cursor, List<String> keys, long relaySequence, boolean consistent) {}

    boolean isOver() {
        return over;
    }

    long sequence(String key) {
        return sequences.getOrDefault(key, 0L);
    }

    /** A page was taken. */
    void page(Page page, long relaySequence, byte[] cursorAfter) {
        if (page.getCursor().equals(ByteString.copyFrom(cursorAfter))) {
            steps.add(new Step(page.getCursor(), keys(page), relaySequence, page.getConsistent()));
            replay(steps.size());
        }
    }

    /** The device has started again, at a cursor that is perhaps older. */
    void recover(byte[] cursor) {
        ByteString found = ByteString.copyFrom(cursor);
        int kept = steps.size();
        while (kept > 0 && !steps.get(kept - 1).cursor.equals(found)) {
            kept--;
        }
        // When the filling is over, a cursor that is none of its own is a later one.
        if (kept > 0 || found.isEmpty() || !over) {
            steps.subList(kept, steps.size()).clear();
            replay(kept);
        }
    }

    private void replay(int count) {
        sequences = new HashMap<>();
        over = false;
        for (Step step : steps.subList(0, count)) {
            step.keys.forEach(key -> sequences.put(key, step.relaySequence));
            over |= step.consistent;
        }
    }

    static List<String> keys(Page page) {
        try {
            byte[] payload = new Packed(page.getPatches(), page.getPatchesSize()).unpack();
            List<String> keys = new ArrayList<>();
            for (Patch patch : Patches.parseFrom(payload).getPatchList()) {
                keys.add(patch.getType() + "/" + patch.getId());
            }
            return keys;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a page that was taken cannot be read", e);
        }
    }
}
