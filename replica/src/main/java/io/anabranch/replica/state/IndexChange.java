package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.INDEX;

import io.anabranch.replica.storage.WriteBatch;
import org.jspecify.annotations.Nullable;

/**
 * One entry of an index that comes, changes or goes.
 *
 * @param key of the entry
 * @param mark what it is marked with; null if it goes
 */
record IndexChange(byte[] key, byte @Nullable [] mark) {

    void writeTo(WriteBatch batch) {
        byte[] now = mark;
        if (now == null) {
            batch.delete(INDEX, key);
        } else {
            batch.put(INDEX, key, now);
        }
    }
}
