package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;

import com.google.protobuf.ByteString;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.WriteBatch;
import org.jspecify.annotations.Nullable;

/**
 * In which epoch of the relay this device is. Positions mean the same only within one, so a stream that speaks of another is not
 * believed before the device has reconciled. The first epoch a device meets it takes as it is.
 */
final class RelayEpoch {

    private static final byte[] KEY = ReplicaFamilies.metaKey("epoch");

    private final Storage storage;
    private ByteString id;

    RelayEpoch(Storage storage) {
        this.storage = storage;
        byte @Nullable [] known = storage.get(META, KEY);
        this.id = known == null ? ByteString.EMPTY : ByteString.copyFrom(known);
    }

    /** Whether a stream in an epoch may be believed; an empty id says nothing of epochs. */
    boolean agrees(ByteString theirs) {
        if (id.isEmpty() && !theirs.isEmpty()) {
            WriteBatch batch = new WriteBatch();
            put(batch, theirs);
            storage.write(batch, Durability.BUFFERED);
            id = theirs;
        }
        return theirs.isEmpty() || theirs.equals(id);
    }

    /** The next one that is met is taken as it is. */
    void forget() {
        WriteBatch batch = new WriteBatch();
        batch.delete(META, KEY);
        storage.write(batch, Durability.BUFFERED);
        id = ByteString.EMPTY;
    }

    void put(WriteBatch batch, ByteString next) {
        batch.put(META, KEY, next.toByteArray());
    }

    /** To be called when the batch is written. */
    void written(ByteString next) {
        id = next;
    }
}
