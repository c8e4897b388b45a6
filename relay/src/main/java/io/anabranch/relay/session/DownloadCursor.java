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

    /**
     * Of a device that has all of a set as of a sequence, and perhaps anything of it that came later: so what came later is given whole.
     *
     * @param position in an epoch after the first, for only one that follows another can tell
     */
    static DownloadCursor uncertainAfter(Position position, ScopeSet set) {
        Position since = new Position(Math.max(1, position.epoch() - 1), position.sequence());
        return new DownloadCursor(since, position, null, Holdings.settled(set));
    }

    /** Whether the device has just what there was at the position, and no more. */
    boolean isSettled() {
        return since.equals(position)
                && within == null
                && holdings.transition() == null
                && holdings.sure().equals(holdings.had())
                && holdings.possible().equals(holdings.had());
    }

    /** The same place in another epoch that has the same past. */
    DownloadCursor in(int epoch) {
        Position same = new Position(epoch, position.sequence());
        return new DownloadCursor(same, same, within, holdings);
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

    /** The cursor as it is given in the epoch that the store is in. */
    ByteString toBytes(RelayStore store, CursorSeal seal) {
        Cursor.Builder cursor = Cursor.newBuilder()
                .setStoreId(ByteString.copyFrom(store.storeId()))
                .setEpochId(store.lineage().currentId())
                .setRestricted(holdings.isRestricted())
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

    /** Reads what a device gave back, but not yet what it means. */
    static Cursor message(RelayStore store, byte[] opened) {
        try {
            Cursor cursor = Cursor.parseFrom(opened);
            if (!Arrays.equals(cursor.getStoreId().toByteArray(), store.storeId())) {
                throw new StaleCursorException("the cursor is of another store; refresh this device");
            }
            return cursor;
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedMessageException("a cursor is malformed", e);
        }
    }

    /** What a cursor of this store means. */
    static DownloadCursor of(Cursor cursor, ScopeSets sets) {
        Position position = Positions.of(cursor.getPosition());
        Position since = cursor.hasSince() ? Positions.of(cursor.getSince()) : position;
        return new DownloadCursor(since, position, key(cursor.getWithin()), holdings(cursor, sets));
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
