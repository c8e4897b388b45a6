package io.anabranch.replica.state;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Page;
import io.anabranch.replica.storage.PartWriter;
import io.anabranch.replica.wire.Positions;
import io.anabranch.replica.wire.RecordKeys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;

/** Refreshes a device from a {@link ModelRelay}, a step at a time: parts, loading, pages, the exchange. */
final class ModelRefresh {

    private final Device device;
    private final ModelRelay relay;
    private final List<RecordKey> keys;
    private final NextGeneration next;

    /** Of a device as it is; to be made anew when that has crashed. */
    ModelRefresh(Device device, ModelRelay relay, List<RecordKey> keys) {
        this.device = device;
        this.relay = relay;
        this.keys = keys;
        this.next = new NextGeneration(device.state);
    }

    /**
     * Does the next step, of a refresh that is under way or of a new one; what is different since an exchange is told first.
     *
     * @return whether it was the exchange
     */
    boolean step(Random random) {
        if (next.isOutlived()) {
            if (!next.tellDifferences() && next.dropOutlived()) {
                next.forgetOutlived();
            }
        } else if (next.plan() == null) {
            begin();
        } else if (!next.isLoaded()) {
            load();
        } else if (next.isReady() && !next.prepare() && random.nextInt(3) > 0) {
            next.takePlace();
            return true;
        } else {
            catchUp(random);
        }
        return false;
    }

    private void begin() {
        if (relay.head() == 0) {
            return;
        }
        next.begin(ByteBuffer.allocate(Long.BYTES).putLong(relay.head()).array());
    }

    private void load() {
        long at = ByteBuffer.wrap(next.plan()).getLong();
        SortedSet<RecordKey> ordered = new TreeSet<>(
                (left, right) -> Arrays.compareUnsigned(RecordKeys.encode(left), RecordKeys.encode(right)));
        ordered.addAll(keys);
        List<String> parts = new ArrayList<>();
        for (RecordKey key : ordered) {
            Record visible = relay.visible(key, at);
            if (!visible.isEmpty()) {
                String name = "part-" + parts.size();
                try (PartWriter part = device.storage.writePart(name)) {
                    part.put(RecordKeys.encode(key), visible.encode());
                    part.finish();
                }
                parts.add(name);
            }
        }
        next.load(
                parts,
                Page.newBuilder()
                        .setCursor(ModelRelay.cursor(at, at))
                        .setPosition(Positions.toMessage(new Position(1, at)))
                        .build());
    }

    private void catchUp(Random random) {
        ByteBuffer cursor = ByteBuffer.wrap(next.state().cursor());
        long since = cursor.getLong();
        long from = cursor.getLong();
        long to = from + random.nextInt((int) (relay.head() - from) + 1);
        next.state()
                .receive(
                        random.nextBoolean()
                                ? relay.page(since, from, relay.head())
                                : relay.partialPage(since, from, to));
    }
}
