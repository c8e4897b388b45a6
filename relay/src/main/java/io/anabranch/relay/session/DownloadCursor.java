package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Cursor;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.store.FeedMark;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Positions;
import io.anabranch.replica.wire.RecordKeys;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How far a device is; the package documentation says why this takes two positions and several sets.
 *
 * @param since the position of the last consistent page; of an older epoch if the order has not been certain since
 * @param position up to which every entry of the feeds was given
 * @param within the last record given of the sequence after the position, null if none of it was
 * @param holdings of which buckets the device has records
 */
record DownloadCursor(
        Position since, Position position, @Nullable RecordKey within, Holdings holdings) {

    /** Of a device that has nothing. */
    static final DownloadCursor START = consistent(Position.START, Holdings.NONE);

    static DownloadCursor consistent(Position position, Holdings holdings) {
        return new DownloadCursor(position, position, null, holdings);
    }

    /** The same place in the store's epoch. What an older epoch had begun of a commit or a change of scope is given again. */
    DownloadCursor resumed(RelayStore store) {
        Position current = store.resume(position);
        if (current.equals(position)) {
            return this;
        }
        Position certain = new Position(since.epoch(), store.resume(since).sequence());
        boolean nothing = position.equals(Position.START) && within == null;
        Holdings again = holdings.again(store.head().sequence());
        return new DownloadCursor(nothing ? current : certain, current, null, again);
    }

    DownloadCursor with(Holdings others) {
        return new DownloadCursor(since, position, within, others);
    }

    /** Whether the device may have what an older epoch said after {@code since}. */
    boolean isUncertain() {
        return since.epoch() != position.epoch();
    }

    /** Where reading the feeds goes on. */
    FeedMark mark() {
        return within == null ? FeedMark.after(position.sequence()) : new FeedMark(position.sequence() + 1, within);
    }

    ByteString toBytes(byte[] storeId, CursorSeal seal) {
        Cursor.Builder cursor = Cursor.newBuilder()
                .setStoreId(ByteString.copyFrom(storeId))
                .setPosition(Positions.toMessage(position))
                .setHad(holdings.had().hash());
        if (!since.equals(position)) {
            cursor.setSince(Positions.toMessage(since));
        }
        if (within != null) {
            cursor.setWithin(ByteString.copyFrom(RecordKeys.encode(within)));
        }
        if (!holdings.sure().equals(holdings.had())) {
            cursor.setKept(holdings.sure().hash());
        }
        if (!holdings.possible().equals(holdings.had())) {
            cursor.setPartly(holdings.possible().hash());
        }
        Transition transition = holdings.transition();
        if (transition != null) {
            cursor.setTransition(message(transition));
        }
        return seal.seal(cursor.build().toByteArray());
    }

    private static io.anabranch.proto.Transition message(Transition transition) {
        RecordKey key = transition.mark().key();
        return io.anabranch.proto.Transition.newBuilder()
                .setTarget(transition.target().hash())
                .setGiven(transition.given().hash())
                .setFirstBegun(transition.firstBegun())
                .setBegun(transition.begun())
                .setBucket(transition.bucket())
                .setSequence(transition.mark().sequence())
                .setKey(key == null ? ByteString.EMPTY : ByteString.copyFrom(RecordKeys.encode(key)))
                .setRead(transition.read())
                .build();
    }

    /** Reads what a device gave back. */
    static DownloadCursor of(byte[] storeId, byte[] message, ScopeSets sets) {
        try {
            Cursor cursor = Cursor.parseFrom(message);
            if (!Arrays.equals(cursor.getStoreId().toByteArray(), storeId)) {
                throw new StaleCursorException("the cursor is of another store; refresh this device");
            }
            Position position = Positions.of(cursor.getPosition());
            Position since = cursor.hasSince() ? Positions.of(cursor.getSince()) : position;
            return new DownloadCursor(since, position, key(cursor.getWithin()), holdings(cursor, sets));
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedMessageException("a cursor is malformed", e);
        }
    }

    private static Holdings holdings(Cursor cursor, ScopeSets sets) {
        ScopeSet had = sets.find(cursor.getHad());
        return new Holdings(
                had,
                cursor.hasKept() ? sets.find(cursor.getKept()) : had,
                cursor.hasPartly() ? sets.find(cursor.getPartly()) : had,
                cursor.hasTransition() ? transition(cursor.getTransition(), sets) : null);
    }

    private static Transition transition(io.anabranch.proto.Transition message, ScopeSets sets) {
        return new Transition(
                sets.find(message.getTarget()),
                sets.find(message.getGiven()),
                message.getFirstBegun(),
                message.getBegun(),
                message.getBucket(),
                new FeedMark(message.getSequence(), key(message.getKey())),
                message.getRead());
    }

    private static @Nullable RecordKey key(ByteString bytes) {
        return bytes.isEmpty() ? null : RecordKeys.decode(bytes.toByteArray(), 0);
    }
}
