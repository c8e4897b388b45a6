package io.anabranch.relay.admission;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.Revocation;
import io.anabranch.relay.store.Admitted.RowChange;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayTable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The replicas that were revoked: what they commit from then on is rejected, whoever brings it. Rows are written in a round, so a commit
 * is judged either before its replica was revoked or after, and none is ever removed.
 */
public final class RevokedReplicas {

    private static final String TABLE = "revoked";

    private final RelayTable table;

    /** Those of a store. */
    public RevokedReplicas(RelayStore store) {
        this.table = store.table(TABLE);
    }

    /** What is known of a replica, empty if it was not revoked. */
    public Optional<Revocation> find(long replica) {
        byte @Nullable [] value = table.get(key(replica));
        return value == null ? Optional.empty() : Optional.of(decode(value));
    }

    /** All, ascending by replica as unsigned. Costs their number. */
    public List<Revocation> all() {
        return table.rows().stream().map(row -> decode(row.value())).toList();
    }

    static RowChange row(Revocation revocation) {
        return new RowChange(TABLE, key(revocation.getReplica()), revocation.toByteArray());
    }

    private static byte[] key(long replica) {
        return ByteBuffer.allocate(Long.BYTES).putLong(replica).array();
    }

    private static Revocation decode(byte[] value) {
        try {
            return Revocation.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a revocation is damaged; restore the relay's data", e);
        }
    }
}
