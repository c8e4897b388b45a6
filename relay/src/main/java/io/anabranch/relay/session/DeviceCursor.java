package io.anabranch.relay.session;

import io.anabranch.proto.Cursor;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.store.Lineage;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.replica.wire.Positions;
import org.jspecify.annotations.Nullable;

/**
 * What the cursor of a device that reconciles tells of it.
 *
 * @param known what it means, null if this store cannot tell, as of one that was given in what was lost
 * @param isAhead whether the device may have what this store does not know that it has
 * @param isRestricted whether there are records of which it may not be shown every field
 */
record DeviceCursor(@Nullable DownloadCursor known, boolean isAhead, boolean isRestricted) {

    /** Of a device that has none: it has nothing, as far as this store knows. */
    static final DeviceCursor NONE = new DeviceCursor(null, false, true);

    /** Reads what was opened. */
    static DeviceCursor of(Cursor message, Downloads context) {
        RelayStore store = context.store();
        Lineage lineage = store.lineage();
        boolean isWithin = Positions.of(message.getPosition()).sequence() <= lineage.agreedWith(message.getEpochId())
                && Positions.of(message.getPosition()).sequence()
                        <= store.head().sequence();
        DownloadCursor known = isWithin ? find(message, context) : null;
        boolean isAhead = known == null || !known.isSettled();
        return new DeviceCursor(known, isAhead, message.getRestricted());
    }

    /** Whether the device had all of a set, and nothing else, with its last consistent page. */
    boolean has(ScopeSet set) {
        return known != null && known.isSettled() && known.holdings().had().equals(set);
    }

    private static @Nullable DownloadCursor find(Cursor message, Downloads context) {
        try {
            return DownloadCursor.of(message, context.sets());
        } catch (StaleCursorException e) {
            // A scope set that was put down after the backup.
            return null;
        }
    }
}
