package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.AUTHORS;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.Grant;
import io.anabranch.proto.KnownReplica;
import io.anabranch.proto.SignedStatement;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageException;
import io.anabranch.replica.storage.WriteBatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a device remembers of other replicas: their certificates, and the grants of those that it has met. For the state's thread. */
public final class AuthorBook {

    private final Storage storage;

    AuthorBook(Storage storage) {
        this.storage = storage;
    }

    /** The certificates of a replica in DER, its own first; none if they are not known. */
    public List<ByteString> certificates(long replica) {
        return known(replica).getCertificatesList();
    }

    /** Remembers the certificates of a replica, which are verified. */
    public void certificates(long replica, List<ByteString> certificates) {
        put(
                replica,
                known(replica).toBuilder()
                        .clearCertificates()
                        .addAllCertificates(certificates)
                        .build());
    }

    /** The last grant that a replica has shown; empty if none is known. */
    public Optional<SignedStatement> grant(long replica) {
        KnownReplica known = known(replica);
        return known.hasGrant() ? Optional.of(known.getGrant()) : Optional.empty();
    }

    /** What the last grant that the relay gave this replica says; nothing if there is none. */
    public Grant ownGrant(long replica) {
        try {
            return Grant.parseFrom(known(replica).getGrant().getStatement());
        } catch (InvalidProtocolBufferException e) {
            return Grant.getDefaultInstance();
        }
    }

    /** Remembers the grant of a replica, which is verified. */
    public void grant(long replica, SignedStatement grant) {
        put(replica, known(replica).toBuilder().setGrant(grant).build());
    }

    private KnownReplica known(long replica) {
        byte[] bytes = storage.get(AUTHORS, ReplicaFamilies.number(replica));
        try {
            return bytes == null ? KnownReplica.getDefaultInstance() : KnownReplica.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new StorageException("what is known of another device is damaged; refresh the store", Map.of(), e);
        }
    }

    private void put(long replica, KnownReplica known) {
        WriteBatch batch = new WriteBatch();
        batch.put(AUTHORS, ReplicaFamilies.number(replica), known.toByteArray());
        storage.write(batch, Durability.BUFFERED);
    }
}
