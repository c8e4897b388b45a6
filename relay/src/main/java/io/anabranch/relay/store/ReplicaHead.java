package io.anabranch.relay.store;

import io.anabranch.replica.commit.CommitChain;

/**
 * Where a replica's history goes on, as far as the relay knows it.
 *
 * @param replica its id
 * @param nextSeq the sequence number of the first commit that has no verdict, from 1
 * @param link of the commit before it; not copied, not to be changed
 */
public record ReplicaHead(long replica, long nextSeq, byte[] link) {

    /** The head of a replica that has no verdicts. */
    public static ReplicaHead start(long replica) {
        return new ReplicaHead(replica, 1, CommitChain.start());
    }
}
