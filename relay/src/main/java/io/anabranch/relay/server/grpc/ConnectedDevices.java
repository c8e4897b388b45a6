package io.anabranch.relay.server.grpc;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which devices have a stream open. Thread-safe. */
public final class ConnectedDevices {

    private final Map<Long, Integer> streams = new ConcurrentHashMap<>();

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

    void opened(long replica) {
        streams.merge(replica, 1, Integer::sum);
    }

    void closed(long replica) {
        streams.computeIfPresent(replica, (key, count) -> count == 1 ? null : count - 1);
    }
}
