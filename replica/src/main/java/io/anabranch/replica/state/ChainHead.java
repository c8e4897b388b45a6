package io.anabranch.replica.state;

import io.anabranch.replica.commit.CommitChain;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The last commit this replica made: its number and its link. */
record ChainHead(long seq, byte[] link) {

    static final ChainHead START = new ChainHead(0, CommitChain.start());

    static ChainHead decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return START;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long seq = buffer.getLong();
        byte[] link = new byte[CommitChain.LINK_SIZE];
        buffer.get(link);
        return new ChainHead(seq, link);
    }

    byte[] encode() {
        return ByteBuffer.allocate(Long.BYTES + link.length)
                .putLong(seq)
                .put(link)
                .array();
    }
}
