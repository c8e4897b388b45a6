package io.anabranch.replica.peer;

import com.google.protobuf.ByteString;
import io.anabranch.proto.SignedStatement;
import io.anabranch.replica.commit.Commit;
import java.util.List;

/** What a session has to know of who is who, and who may have what. Called on the thread that owns the state; quick. */
public interface PeerPolicy {

    /**
     * The own grant.
     *
     * @throws PeerRefusedException if there is none that is valid now
     */
    SignedStatement grant();

    /** The own certificates in DER, the own first. */
    List<ByteString> certificates();

    /**
     * What the other side of this session may have.
     *
     * @throws PeerRefusedException if the relay has not signed the grant, or not for the other side, or if it has expired
     */
    Audience audience(SignedStatement grant);

    /**
     * The commit key of a replica.
     *
     * @param certificates in DER, its own first
     * @throws PeerRefusedException if they are not of that replica, or of nobody in this organisation
     */
    byte[] commitKey(long replica, List<ByteString> certificates);

    /** Seals a body for the relay. */
    byte[] seal(byte[] hash, byte[] body);

    /** Says what may be had by the other side. */
    interface Audience {

        /** Whether it may have all of a commit, by what this device knows of the records. What cannot be told may not be had. */
        boolean mayHave(Commit commit);
    }
}
