package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Cursor;
import io.anabranch.proto.EpochMark;
import io.anabranch.relay.store.FeedMark;
import io.anabranch.relay.store.Lineage;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Positions;
import io.anabranch.replica.wire.RecordKeys;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a device is; the package documentation says why this takes two positions.
 *
 * @param since the position of the last consistent page
 * @param position up to which every entry of the feed was given
 * @param within the last record given of the sequence after the position, null if none of it was
 * @param lineage the last epochs of the store that gave it, unknown if it was not given yet
 */
record DownloadCursor(
        Position since, Position position, @Nullable RecordKey within, Lineage lineage) {

    /** How many epochs back a device can have been away and still resume; before that it begins anew. */
    private static final int LINEAGE_MAX = 8;

    /** Of a device that has nothing. */
    static final DownloadCursor START = consistent(Position.START);

    static DownloadCursor consistent(Position position) {
        return new DownloadCursor(position, position, null);
    }

    DownloadCursor(Position since, Position position, @Nullable RecordKey within) {
        this(since, position, within, Lineage.UNKNOWN);
    }

    /** Reads what a device gave back. */
    static DownloadCursor of(ByteString bytes, RelayStore store) {
        if (bytes.isEmpty()) {
            return START;
        }
        try {
            Cursor message = Cursor.parseFrom(bytes);
            if (!Arrays.equals(message.getStoreId().toByteArray(), store.storeId())) {
                throw new StaleCursorException("the cursor is of another store; refresh this device");
            }
            DownloadCursor cursor = of(message);
            boolean comparable = cursor.lineage.equals(Lineage.UNKNOWN)
                    || cursor.lineage.currentId() == store.lineage().currentId();
            if (comparable && cursor.position.compareTo(store.head()) > 0) {
                throw new StaleCursorException("the cursor is ahead of the store; refresh this device");
            }
            return cursor;
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedMessageException("a cursor is malformed", e);
        }
    }

    /** The same, given by a store of this lineage. */
    DownloadCursor givenBy(Lineage giver) {
        return new DownloadCursor(since, position, within, giver.last(LINEAGE_MAX));
    }

    /** Whether the device has applied, or begun to, what the store does not have, or not for certain. */
    boolean isAheadOf(RelayStore store) {
        long reached = position.sequence() + (within == null ? 0 : 1);
        return reached > agreedWith(store);
    }

    private long agreedWith(RelayStore store) {
        if (position.equals(Position.START)) {
            return Long.MAX_VALUE;
        }
        return lineage.equals(Lineage.UNKNOWN)
                ? store.resume(position).sequence()
                : store.lineage().agreedWith(lineage);
    }

    ByteString toBytes(byte[] storeId) {
        Cursor.Builder cursor =
                Cursor.newBuilder().setStoreId(ByteString.copyFrom(storeId)).setPosition(Positions.toMessage(position));
        if (!since.equals(position)) {
            cursor.setSince(Positions.toMessage(since));
        }
        if (within != null) {
            cursor.setWithin(ByteString.copyFrom(RecordKeys.encode(within)));
        }
        lineage.marks()
                .forEach(mark -> cursor.addLineage(
                        EpochMark.newBuilder().setId(mark.id()).setStart(mark.start())));
        return cursor.build().toByteString();
    }

    /** The same place in the store's epoch. What an older epoch had begun of a commit is given again. */
    DownloadCursor resumed(RelayStore store) {
        Position head = store.head();
        long agreed = agreedWith(store);
        if (position.epoch() == head.epoch() && agreed >= position.sequence()) {
            return this;
        }
        return new DownloadCursor(
                new Position(head.epoch(), Math.min(since.sequence(), agreed)),
                new Position(head.epoch(), Math.min(position.sequence(), agreed)),
                null);
    }

    /** Where reading the feed goes on. */
    FeedMark mark() {
        return within == null ? FeedMark.after(position.sequence()) : new FeedMark(position.sequence() + 1, within);
    }

    private static DownloadCursor of(Cursor message) {
        Position position = Positions.of(message.getPosition());
        Position since = message.hasSince() ? Positions.of(message.getSince()) : position;
        if (since.epoch() > position.epoch() || since.sequence() > position.sequence()) {
            throw new MalformedMessageException("a cursor's positions are out of order");
        }
        byte[] within = message.getWithin().toByteArray();
        List<Lineage.Mark> marks = message.getLineageList().stream()
                .map(mark -> new Lineage.Mark(mark.getId(), mark.getStart()))
                .toList();
        return new DownloadCursor(
                since, position, within.length == 0 ? null : RecordKeys.decode(within, 0), new Lineage(marks));
    }
}
