package io.anabranch.replica.identity;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.Revocation;
import io.anabranch.proto.SignedStatement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The replicas of an organisation that were revoked, as its relay has signed it: of each, from which commit on its work counts for nothing.
 *
 * <p>A list only grows. Whoever has one takes a later one if it is signed by a relay of the organisation and has all that the known one has,
 * so nobody is made to forget a revocation: not by an old list sent again, nor by a relay that was restored from a backup. A device gets it
 * from the relay and hands it on to other devices. Immutable and thread-safe.
 *
 * <pre>{@code
 * RevocationList later = known.grownBy(statement, identity.trustManager());
 * boolean counts = !later.isRevoked(commit.replica(), commit.seq());
 * }</pre>
 */
public final class RevocationList {

    /** What its signature is for. */
    public static final String PURPOSE = "anabranch revocations";

    /** Most revoked replicas in a list: about 10 MB. */
    public static final int COUNT_MAX = 400_000;

    /** The list of an organisation that has revoked nobody; not signed. */
    public static final RevocationList NONE = new RevocationList(0, Map.of(), SignedStatement.getDefaultInstance());

    private final long version;
    private final Map<Long, Revocation> revocations;
    private final SignedStatement signed;

    private RevocationList(long version, Map<Long, Revocation> revocations, SignedStatement signed) {
        this.version = version;
        this.revocations = revocations;
        this.signed = signed;
    }

    /**
     * The list of a statement that comes from anyone.
     *
     * @param trust of the organisation, as {@link Identity#trustManager} has it
     * @throws IdentityException if it is malformed, or not signed by a relay of the organisation
     */
    public static RevocationList verified(SignedStatement statement, X509TrustManager trust) {
        if (!RelaySignature.isSigned(trust, PURPOSE, statement)) {
            throw new IdentityException("A list of revocations is not signed by the organisation's relay.");
        }
        return read(statement);
    }

    /**
     * The list that {@link #encoded} wrote, which was verified when it came.
     *
     * @throws IdentityException if it is damaged
     */
    public static RevocationList decode(byte[] encoded) {
        try {
            return encoded.length == 0 ? NONE : read(SignedStatement.parseFrom(encoded));
        } catch (InvalidProtocolBufferException e) {
            throw malformed(e);
        }
    }

    private static RevocationList read(SignedStatement signed) {
        try {
            io.anabranch.proto.RevocationList list = io.anabranch.proto.RevocationList.parseFrom(signed.getStatement());
            if (list.getVersion() <= 0 || list.getRevocationsCount() > COUNT_MAX) {
                throw malformed(null);
            }
            Map<Long, Revocation> revocations = new HashMap<>();
            @Nullable Revocation last = null;
            for (Revocation revocation : list.getRevocationsList()) {
                boolean inOrder = last == null || Long.compareUnsigned(last.getReplica(), revocation.getReplica()) < 0;
                if (!inOrder || revocation.getFromSeq() < 1) {
                    throw malformed(null);
                }
                revocations.put(revocation.getReplica(), revocation);
                last = revocation;
            }
            return new RevocationList(list.getVersion(), Map.copyOf(revocations), signed);
        } catch (InvalidProtocolBufferException e) {
            throw malformed(e);
        }
    }

    /**
     * This list, or a later one.
     *
     * @return the statement's list if its version is greater, otherwise this
     * @throws IdentityException if the statement is malformed, is not signed by a relay of the organisation, or is a later one that
     *     lacks some of this: it was made by a relay that has lost something
     */
    public RevocationList grownBy(SignedStatement statement, X509TrustManager trust) {
        RevocationList other = verified(statement, trust);
        if (other.version <= version) {
            return this;
        } else if (!other.includes(this)) {
            throw new IdentityException("A list of revocations lacks some that were known before.");
        }
        return other;
    }

    /** Whether everything in the other one is in this. */
    public boolean includes(RevocationList other) {
        return other.revocations.values().stream()
                .allMatch(revocation -> isRevoked(revocation.getReplica(), revocation.getFromSeq()));
    }

    /** Grows with the list; 0 for {@link #NONE}. */
    public long version() {
        return version;
    }

    /** How many replicas are in it. */
    public int count() {
        return revocations.size();
    }

    /** What is said of a replica, empty if it is not revoked. */
    public Optional<Revocation> revocation(long replica) {
        return Optional.ofNullable(revocations.get(replica));
    }

    /** Whether a commit of a replica counts for nothing. */
    public boolean isRevoked(long replica, long seq) {
        Revocation revocation = revocations.get(replica);
        return revocation != null && seq >= revocation.getFromSeq();
    }

    /** All of it; unmodifiable, in no order. */
    public Map<Long, Revocation> all() {
        return revocations;
    }

    /** As the relay has signed it, to be handed on. Empty for {@link #NONE}. */
    public SignedStatement signed() {
        return signed;
    }

    /** As bytes for storing. */
    public byte[] encoded() {
        return signed.toByteArray();
    }

    private static IdentityException malformed(@Nullable Throwable cause) {
        String message = "A list of revocations is malformed.";
        return cause == null ? new IdentityException(message) : new IdentityException(message, cause);
    }
}
