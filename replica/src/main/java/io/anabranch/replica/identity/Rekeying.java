package io.anabranch.replica.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a device signs, with its old commit key and its new one, to go on as another replica. */
public final class Rekeying {

    private static final byte[] PURPOSE = "anabranch rekey".getBytes(StandardCharsets.US_ASCII);

    private Rekeying() {}

    /** The message. */
    public static byte[] message(long oldReplica, long newReplica, byte[] signingRequest) {
        return ByteBuffer.allocate(PURPOSE.length + 2 * Long.BYTES + signingRequest.length)
                .put(PURPOSE)
                .putLong(oldReplica)
                .putLong(newReplica)
                .put(signingRequest)
                .array();
    }
}
