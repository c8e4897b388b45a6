package io.anabranch.relay.admission;

import io.anabranch.crdt.Value;
import io.anabranch.relay.scope.Scopes;
import java.util.List;
import java.util.Map;

/**
 * Whose commits they are, as enrolment has established.
 *
 * @param replica the id of the replica
 * @param user the name of the user it is enrolled for
 * @param commitKey the Ed25519 public key of its commits; not copied, not to be changed
 * @param deviceType what kind of device it is; may be empty
 */
public record Author(long replica, String user, byte[] commitKey, String deviceType) {

    /** On a device of no kind. */
    public Author(long replica, String user, byte[] commitKey) {
        this(replica, user, commitKey, "");
    }

    /** As scopes see the author. */
    public Scopes.Reader reader() {
        return new Scopes.Reader(replica, user, deviceType);
    }

    /** What conditions call {@code :device.NAME}. */
    public Map<String, List<Value>> device() {
        return reader().device();
    }
}
