package io.anabranch.relay.admission;

import io.anabranch.relay.store.Lineage;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayTable;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a relay has to go through after its store has begun a new epoch, because the tail of the old one may be lost: each device offers
 * back what it has, once.
 *
 * <p>While the recovery is <b>open</b>, states that devices offer are joined ({@link Round#recover}), and counters are not folded:
 * a fold replaces all earlier ones, so one that was made now would hide what the lost ones had counted, while entries stand beside
 * whatever fold is offered. It ends when every enrolled device has recovered; a device that comes later is refused, and takes
 * the relay's states. For the commits that a recovered device had made before, two things are <b>forgiven</b> ever after: gaps in their
 * sequence, since what was confirmed the device no longer has, and dots that the relay knows, since they may have come as states: a commit of
 * which nothing is new is accepted again, whatever the rules say by now.
 *
 * <p>Thread-safe: everything is in a table of the store. Fails as the store does.
 */
public final class Recovery {

    private static final byte[] CLOSED = {'c'};

    private final RelayStore store;
    private final RelayTable table;
    private final Lock changing = new ReentrantLock();

    /** That of a store. */
    public Recovery(RelayStore store) {
        this.store = store;
        this.table = store.table("recovery");
    }

    /** Whether states are taken. */
    public boolean isOpen() {
        Lineage lineage = store.lineage();
        return !lineage.isOriginal() && !isOf(table.get(CLOSED), lineage);
    }

    /** The last of a replica's commits of which it may leave some out, 0 if it may not. */
    public long forgivenThrough(long replica) {
        if (store.lineage().isOriginal()) {
            return 0;
        }
        byte @Nullable [] value = table.get(key(replica));
        return value == null ? 0 : ByteBuffer.wrap(value).getLong(Long.BYTES);
    }

    /**
     * A device has offered what it has, or has nothing that the relay lacks. Durable on return; to be repeated at will.
     *
     * @param lastSeq its last commit
     */
    public void recovered(long replica, long lastSeq) {
        changing.lock();
        try {
            Lineage lineage = store.lineage();
            byte @Nullable [] value = table.get(key(replica));
            long forgiven = Math.max(lastSeq, forgivenThrough(replica));
            if (!isOf(value, lineage) || forgiven > forgivenThrough(replica)) {
                table.put(
                        key(replica),
                        ByteBuffer.allocate(2 * Long.BYTES)
                                .putLong(lineage.currentId())
                                .putLong(forgiven)
                                .array());
            }
        } finally {
            changing.unlock();
        }
    }

    /** Ends the recovery if it is open and all these replicas have recovered in this epoch. Costs their number; durable on return. */
    public void closeIfAll(Collection<Long> replicas) {
        Lineage lineage = store.lineage();
        if (isOpen() && replicas.stream().allMatch(replica -> isOf(table.get(key(replica)), lineage))) {
            table.put(
                    CLOSED,
                    ByteBuffer.allocate(Long.BYTES).putLong(lineage.currentId()).array());
        }
    }

    private static boolean isOf(byte @Nullable [] value, Lineage lineage) {
        return value != null && ByteBuffer.wrap(value).getLong() == lineage.currentId();
    }

    private static byte[] key(long replica) {
        return ByteBuffer.allocate(Long.BYTES).putLong(replica).array();
    }
}
