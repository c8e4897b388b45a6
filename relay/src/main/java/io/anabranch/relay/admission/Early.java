package io.anabranch.relay.admission;

import io.anabranch.replica.commit.CommitId;

/**
 * A commit that was not judged, nor those after it, since it came before one that it rests on. It is not kept: its sender sends it again.
 *
 * @param commit which
 * @param restsOn what the relay does not have yet
 */
public record Early(CommitId commit, CommitId restsOn) {}
