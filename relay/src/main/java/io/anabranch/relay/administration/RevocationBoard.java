package io.anabranch.relay.administration;

import com.google.protobuf.ByteString;
import io.anabranch.proto.Revocation;
import io.anabranch.proto.RevocationList;
import io.anabranch.proto.SignedStatement;
import io.anabranch.relay.admission.RevokedReplicas;
import io.anabranch.relay.store.RelayStore;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The list of revocations as devices are given it: signed, and made again when there are more. Its version counts the revocations within the
 * store's epoch, so it grows also when a store was set back.
 *
 * <p>Thread-safe. Reading the version and the list does not wait once {@link #look} was called; that reads the store.
 */
public final class RevocationBoard {

    private final RelayStore store;
    private final RevokedReplicas revoked;
    private final BiFunction<String, ByteString, SignedStatement> signer;
    private volatile @Nullable Posted posted;

    private record Posted(long version, SignedStatement statement) {}

    /**
     * The list of a store.
     *
     * @param signer signs a statement for a purpose
     */
    public RevocationBoard(RelayStore store, BiFunction<String, ByteString, SignedStatement> signer) {
        this.store = store;
        this.revoked = new RevokedReplicas(store);
        this.signer = signer;
    }

    /**
     * Looks whether there are more.
     *
     * @return whether there are
     */
    public synchronized boolean look() {
        List<Revocation> all = revoked.all();
        long version = all.isEmpty() ? 0 : ((long) store.head().epoch() << Integer.SIZE) + all.size();
        Posted before = posted;
        if (version == (before == null ? 0 : before.version)) {
            return false;
        }
        ByteString list = RevocationList.newBuilder()
                .setVersion(version)
                .addAllRevocations(all)
                .build()
                .toByteString();
        posted = new Posted(version, signer.apply(io.anabranch.replica.identity.RevocationList.PURPOSE, list));
        return true;
    }

    /** Signs the list anew. */
    public synchronized void signAgain() {
        posted = null;
        look();
    }

    /** The version of the list, 0 if nobody was revoked. */
    public long version() {
        Posted now = posted;
        return now == null ? 0 : now.version;
    }

    /** The list; null if nobody was revoked. */
    public @Nullable SignedStatement statement() {
        Posted now = posted;
        return now == null ? null : now.statement;
    }
}
