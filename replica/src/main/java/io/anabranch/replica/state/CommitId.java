package io.anabranch.replica.state;

import java.nio.ByteBuffer;

/** Names a commit: its author's replica and its number there. */
record CommitId(long replica, long seq) {

    static CommitId of(byte[] commitKey) {
        ByteBuffer buffer = ByteBuffer.wrap(commitKey);
        return new CommitId(buffer.getLong(), buffer.getLong());
    }

    byte[] key() {
        return ReplicaFamilies.commitKey(replica, seq);
    }
}
