package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Cursor;
import io.anabranch.relay.store.FeedMark;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Positions;
import io.anabranch.replica.wire.RecordKeys;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How far a device is; the package documentation says why this takes two positions.
 *
 * @param since the position of the last consistent page
 * @param position up to which every entry of the feed was given
 * @param within the last record given of the sequence after the position, null if none of it was
 */
record DownloadCursor(
        Position since, Position position, @Nullable RecordKey within) {

    /** Of a device that has nothing. */
    static final DownloadCursor START = consistent(Position.START);

    static DownloadCursor consistent(Position position) {
        return new DownloadCursor(position, position, null);
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
            if (cursor.position.compareTo(store.head()) > 0) {
                throw new StaleCursorException("the cursor is ahead of the store; refresh this device");
            }
            return cursor;
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedMessageException("a cursor is malformed", e);
        }
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
        return cursor.build().toByteString();
    }

    /** The same place in the store's epoch. What an older epoch had begun of a commit is given again. */
    DownloadCursor resumed(RelayStore store) {
        Position current = store.resume(position);
        return current.equals(position) ? this : new DownloadCursor(store.resume(since), current, null);
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
        return new DownloadCursor(since, position, within.length == 0 ? null : RecordKeys.decode(within, 0));
    }
}
