package io.anabranch.relay.scope;

import io.anabranch.crdt.Value;
import io.anabranch.relay.store.RelayView;
import java.util.List;
import java.util.Map;

/**
 * Says what a device is to have now. Asked by a session for every page, on its thread: must answer from memory, and may be a
 * little late; thread-safe.
 *
 * <p>What is in the answer is given from what the store shows at the time, so a bucket is to be answered only when its
 * memberships are complete in the store.
 */
@FunctionalInterface
public interface Scopes {

    /** Everyone is to have everything. */
    Scopes EVERYTHING = reader -> ScopeSet.EVERYTHING;

    /**
     * The set of a reader.
     *
     * @throws ScopeLimitException if there is more in it than a device can be given
     */
    ScopeSet current(Reader reader);

    /**
     * Checks how much a reader is to have. Asked when a download begins.
     *
     * @throws ScopeLimitException if it is more than the relay's limits
     */
    default void requireWithinLimits(Reader reader, RelayView view) {}

    /** Is told when sets may be others. Called on the thread that orders; returns at once and does not throw. */
    interface Listener {

        /** Those of everyone. */
        void scopesChanged();

        /** Those of one user. */
        void scopesChanged(String user);
    }

    /**
     * Who reads.
     *
     * @param replica the device, as its certificate says
     * @param user whose device it is
     * @param deviceType what kind of device it is; may be empty
     */
    record Reader(long replica, String user, String deviceType) {

        /** On a device of no kind. */
        public Reader(long replica, String user) {
            this(replica, user, "");
        }

        /** What conditions call {@code :device.NAME}. */
        public Map<String, List<Value>> device() {
            List<Value> type = deviceType.isEmpty() ? List.of() : List.of(Value.of(deviceType));
            return Map.of("id", List.of(Value.of(Long.toHexString(replica))), "type", type);
        }
    }
}
