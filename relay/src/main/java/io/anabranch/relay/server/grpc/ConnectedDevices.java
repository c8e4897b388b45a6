package io.anabranch.relay.server.grpc;

import io.anabranch.relay.store.VerdictRun;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Which devices have a stream open, and who sends them verdicts. Thread-safe. */
public final class ConnectedDevices {

    private final Map<Long, Integer> streams = new ConcurrentHashMap<>();
    private final Map<Long, List<Consumer<VerdictRun>>> uploads = new ConcurrentHashMap<>();

    /** Makes an empty one. */
    public ConnectedDevices() {}

    /** Whether a device has a stream open. */
    public boolean contains(long replica) {
        return streams.containsKey(replica);
    }

    /** How many devices have. */
    public int count() {
        return streams.size();
    }

    /** A commit that was rejected before was judged again: its author is told if it uploads. */
    public void revised(VerdictRun run) {
        uploads.getOrDefault(run.replica(), List.of()).forEach(upload -> upload.accept(run));
    }

    void opened(long replica) {
        streams.merge(replica, 1, Integer::sum);
    }

    void closed(long replica) {
        streams.computeIfPresent(replica, (key, count) -> count == 1 ? null : count - 1);
    }

    /** From now on an upload of a device is told of revised verdicts, on any thread. */
    void uploading(long replica, Consumer<VerdictRun> upload) {
        uploads.compute(replica, (key, known) -> {
            List<Consumer<VerdictRun>> all = known == null ? new CopyOnWriteArrayList<>() : known;
            all.add(upload);
            return all;
        });
    }

    void uploaded(long replica, Consumer<VerdictRun> upload) {
        uploads.computeIfPresent(replica, (key, all) -> {
            all.remove(upload);
            return all.isEmpty() ? null : all;
        });
    }
}
