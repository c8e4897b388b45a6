package io.anabranch.replica.wire;

import io.anabranch.crdt.Position;

/** Positions as messages. */
public final class Positions {

    private Positions() {}

    /** As a message. */
    public static io.anabranch.proto.Position toMessage(Position position) {
        return io.anabranch.proto.Position.newBuilder()
                .setEpoch(position.epoch())
                .setSequence(position.sequence())
                .build();
    }

    /** From a message; an empty one is the start. */
    public static Position of(io.anabranch.proto.Position message) {
        if (message.getEpoch() == 0 && message.getSequence() == 0) {
            return Position.START;
        } else if (message.getEpoch() < 1 || message.getSequence() < 0) {
            throw new MalformedMessageException("a position is out of range");
        }
        return new Position(message.getEpoch(), message.getSequence());
    }
}
