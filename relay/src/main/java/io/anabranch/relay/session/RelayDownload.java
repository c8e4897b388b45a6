package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Position;
import io.anabranch.proto.DownloadHello;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.DownloadRequest;
import io.anabranch.proto.DownloadWelcome;
import io.anabranch.proto.Page;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Packed;
import io.anabranch.replica.wire.Positions;
import io.anabranch.replica.wire.WireLimits;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One download of one device: what its bucket holds after its cursor, page by page, and with {@code live} then each change as it
 * is admitted.
 *
 * <p>Pull: the shell asks for the next reply when the transport can take one, so a slow device costs nothing but its cursor; what
 * changes several times while it is slow comes once. Null means that the device has everything: the shell asks again
 * after {@link RelayStore#onAppend a hint}, and now and then without one.
 *
 * <pre>{@code
 * download.receive(request);
 * while (transport.isReady() && (reply = download.next()) != null) {
 *     transport.send(reply);
 * }
 * if (download.isDone()) {
 *     transport.complete();
 * }
 * }</pre>
 */
public final class RelayDownload {

    private final RelayStore store;
    private final Reader reader;
    private final DeviceReports reports;
    private final LongSupplier relayMillis;
    private final PageLimits limits;

    private @Nullable DownloadHello hello;
    private DownloadCursor cursor = DownloadCursor.START;
    /** The cursor as the device has it. */
    private ByteString given = ByteString.EMPTY;

    /** Whether the device has to reconcile first, so that it is welcomed and given nothing. */
    private boolean isAhead;

    private boolean welcomed;
    /** Whether a page of this download was consistent, so that there is nothing to say until the head moves. */
    private boolean caughtUp;

    /**
     * Who reads what.
     *
     * @param replica the device, as its certificate says
     * @param bucket what it may read
     */
    public record Reader(long replica, long bucket) {}

    /**
     * A download that waits for its hello.
     *
     * @param relayMillis the relay's clock, ms since 1970
     */
    public RelayDownload(RelayStore store, Reader reader, DeviceReports reports, LongSupplier relayMillis) {
        this(store, reader, reports, relayMillis, PageLimits.DEFAULT);
    }

    /** The same with pages of another size, for simulations: with small pages a small store has many. */
    public RelayDownload(
            RelayStore store, Reader reader, DeviceReports reports, LongSupplier relayMillis, PageLimits limits) {
        this.store = store;
        this.reader = reader;
        this.reports = reports;
        this.relayMillis = relayMillis;
        this.limits = limits;
    }

    /**
     * Takes a message.
     *
     * @throws MalformedMessageException if it is malformed, out of turn or of another protocol
     * @throws StaleCursorException if the device's cursor is of another store, or ahead of this one
     */
    public void receive(DownloadRequest request) {
        if (request.hasHello()) {
            require(hello == null, "a download has one hello");
            require(
                    request.getHello().getProtocol() == WireLimits.PROTOCOL,
                    "the protocol's version is not known; update the application");
            cursor = DownloadCursor.of(request.getHello().getCursor(), store);
            isAhead = cursor.isAheadOf(store);
            hello = request.getHello();
            given = hello.getCursor();
            return;
        }
        require(request.hasReport(), "a download's message is empty");
        require(hello != null, "a download begins with a hello");
        Positions.of(request.getReport().getApplied());
        reports.reported(reader.replica(), request.getReport());
    }

    /** The next reply, null if there is none for now. Reads up to a page from the store, so it may wait for the disk. */
    public @Nullable DownloadReply next() {
        if (hello == null || isDone()) {
            return null;
        } else if (!welcomed) {
            welcomed = true;
            return DownloadReply.newBuilder().setWelcome(welcome()).build();
        }
        try (RelayView view = store.view()) {
            boolean nothingToSay = caughtUp && cursor.position().equals(view.head());
            return nothingToSay || isAhead
                    ? null
                    : DownloadReply.newBuilder().setPage(page(view)).build();
        }
    }

    /** Whether the device wants to stay after it has everything. */
    public boolean isLive() {
        return hello != null && hello.getLive();
    }

    /** Whether everything was said: the device did not want to stay, and has had a consistent page. */
    public boolean isDone() {
        return hello != null && !hello.getLive() && caughtUp;
    }

    private DownloadWelcome welcome() {
        long afterSequence = resumed().position().sequence();
        try (RelayView view = store.view()) {
            return DownloadWelcome.newBuilder()
                    .setRelayMillis(relayMillis.getAsLong())
                    .setEpoch(Epochs.id(store))
                    .setRecordsWaiting(view.feedCountEstimate(reader.bucket(), afterSequence))
                    .build();
        }
    }

    private Page page(RelayView view) {
        Position from = cursor.position();
        ByteString after = given;
        PageFill fill = new PageFill(view, reader.bucket(), limits, resumed());
        cursor = fill.fill();
        caughtUp = fill.isConsistent();
        Packed patches = Packed.pack(fill.patches().toByteArray());
        given = cursor.givenBy(store.lineage()).toBytes(store.storeId());
        return Page.newBuilder()
                .setAfter(after)
                .setCursor(given)
                .setFrom(Positions.toMessage(from))
                .setPosition(Positions.toMessage(cursor.position()))
                .setConsistent(caughtUp)
                .setPatches(patches.bytes())
                .setPatchesSize(patches.size())
                .build();
    }

    /** The cursor in the epoch of the store. */
    private DownloadCursor resumed() {
        return cursor.resumed(store);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new MalformedMessageException(message);
        }
    }
}
