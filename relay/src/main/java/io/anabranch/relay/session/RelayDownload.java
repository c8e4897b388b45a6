package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Position;
import io.anabranch.proto.Cursor;
import io.anabranch.proto.DownloadHello;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.DownloadRequest;
import io.anabranch.proto.DownloadWelcome;
import io.anabranch.proto.Notice;
import io.anabranch.proto.Page;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Packed;
import io.anabranch.replica.wire.Positions;
import io.anabranch.replica.wire.WireLimits;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One download of one device: what its buckets hold after its cursor, page by page, and with {@code live} then each change as it
 * is admitted.
 *
 * <p>Pull: the shell asks for the next reply when the transport can take one, so a slow device costs nothing but its cursor; what
 * changes several times while it is slow comes once. Null means that the device has everything: the shell asks again when its
 * {@link Follower} is woken, and now and then without that. A device that has everything is told at once only of what happens in
 * its buckets and of the verdicts on its own commits, which need a page that ends behind them; of all else just now and then, so
 * that its cursor keeps up with the head.
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
 *
 * <p>In memory it keeps its cursor twice, a few hundred bytes, and the scope sets that it names, which it shares with others.
 */
public final class RelayDownload {

    /** How long a device is not told that the head has moved without anything for it. */
    private static final long SILENT_MILLIS_MAX = 20_000;

    private final Downloads context;
    private final RelayStore store;
    private final Scopes.Reader reader;
    private final NewsDesk news;
    private final PageLimits limits;
    private final CursorSeal seal;

    private @Nullable DownloadHello hello;
    private DownloadCursor cursor = DownloadCursor.START;
    /** The cursor as the device has it. */
    private ByteString given = ByteString.EMPTY;

    private Position givenPosition = Position.START;
    private long givenMillis;
    /** Where the reader's own history went on when the last page was given. */
    private long givenSeq;

    /** Whether the device comes from what this store has lost: it is welcomed, reconciles, and comes again. */
    private boolean isApart;

    private boolean welcomed;
    private Notice told = Notice.getDefaultInstance();
    /** Whether a page of this download was consistent, so that there is nothing to say until something is new. */
    private boolean caughtUp;

    RelayDownload(Downloads context, Scopes.Reader reader, @Nullable Follower follower, PageLimits limits) {
        this.context = context;
        this.store = context.store();
        this.reader = reader;
        this.news = new NewsDesk(follower);
        this.limits = limits;
        this.seal = new CursorSeal(store, reader.user());
    }

    /**
     * Takes a message.
     *
     * @throws MalformedMessageException if it is malformed, out of turn or of another protocol
     * @throws StaleCursorException if the device's cursor is of another store, ahead of this one, or not one that was given
     *     to this user
     */
    public void receive(DownloadRequest request) {
        if (request.hasHello()) {
            require(hello == null, "a download has one hello");
            require(
                    request.getHello().getProtocol() == WireLimits.PROTOCOL,
                    "the protocol's version is not known; update the application");
            cursor = cursor(request.getHello().getCursor());
            hello = request.getHello();
            given = hello.getCursor();
            givenPosition = cursor.position();
            return;
        }
        require(request.hasReport(), "a download's message is empty");
        require(hello != null, "a download begins with a hello");
        Positions.of(request.getReport().getApplied());
        context.reports().reported(reader.replica(), request.getReport());
    }

    private DownloadCursor cursor(ByteString bytes) {
        if (bytes.isEmpty()) {
            return DownloadCursor.START;
        }
        Cursor message = DownloadCursor.message(store, seal.open(bytes));
        DownloadCursor read = read(message);
        isApart = read == null;
        if (read == null) {
            return DownloadCursor.START;
        } else if (read.position().compareTo(store.head()) > 0) {
            throw new StaleCursorException("the cursor is ahead of the store; refresh this device");
        }
        return read;
    }

    /** Null if it is of what this store has lost. */
    private @Nullable DownloadCursor read(Cursor message) {
        boolean isOfNow = message.getEpochId() == store.lineage().currentId();
        if (!isOfNow && !store.lineage().has(message.getEpochId())) {
            return null;
        }
        try {
            return DownloadCursor.of(message, context.sets());
        } catch (StaleCursorException e) {
            if (isOfNow) {
                throw e;
            }
            return null;
        }
    }

    /** The next reply, null if there is none for now. Reads up to a page from the store, so it may wait for the disk. */
    public @Nullable DownloadReply next() {
        if (hello == null || isDone()) {
            return null;
        }
        ScopeSet target = context.scopes().current(reader);
        if (!welcomed) {
            welcomed = true;
            return DownloadReply.newBuilder().setWelcome(welcome(target)).build();
        }
        if (isApart) {
            return null;
        }
        if (!told.equals(context.notice())) {
            told = context.notice();
            return DownloadReply.newBuilder().setNotice(told).build();
        }
        news.take(target);
        try (RelayView view = store.view()) {
            Page page = page(view, target);
            return page == null
                    ? null
                    : DownloadReply.newBuilder().setPage(page).build();
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

    private DownloadWelcome welcome(ScopeSet target) {
        try (RelayView view = store.view()) {
            context.scopes().requireWithinLimits(reader, view);
            told = context.notice();
            return DownloadWelcome.newBuilder()
                    .setRelayMillis(context.relayMillis())
                    .setEpoch(Epochs.id(store))
                    .setNotice(told)
                    .setRecordsWaiting(Waiting.estimate(view, toward(target, view)))
                    .setRefreshOrdered(context.reports().refreshOrdered(reader.replica()))
                    .build();
        }
    }

    private @Nullable Page page(RelayView view, ScopeSet target) {
        DownloadCursor from = toward(target, view);
        boolean nothingNew = cursor.position().equals(view.head())
                && from.holdings().transition() == null
                && (givenPosition.equals(cursor.position()) || isNear(cursor.position()));
        if (caughtUp && nothingNew) {
            return null;
        }
        PageFill fill = new PageFill(view, limits, from);
        DownloadCursor reached = fill.fill(news.worthReading(view.head()));
        if (fill.isConsistent()) {
            news.read();
        }
        long nextSeq = view.replicaHead(reader.replica()).nextSeq();
        boolean silent = caughtUp
                && fill.isConsistent()
                && fill.isEmpty()
                && from.holdings().transition() == null
                && nextSeq == givenSeq
                && isNear(reached.position());
        caughtUp = fill.isConsistent();
        cursor = reached;
        if (silent) {
            return null;
        }
        givenSeq = nextSeq;
        return page(fill);
    }

    /** Whether a device is so little behind that a page without records need not tell it. */
    private boolean isNear(Position position) {
        return position.epoch() == givenPosition.epoch()
                && Math.abs(context.relayMillis() - givenMillis) < SILENT_MILLIS_MAX;
    }

    private Page page(PageFill fill) {
        Packed patches = Packed.pack(fill.patches().toByteArray());
        ByteString after = given;
        Position from = givenPosition;
        given = cursor.toBytes(store, seal);
        givenPosition = cursor.position();
        givenMillis = context.relayMillis();
        return Page.newBuilder()
                .setAfter(after)
                .setCursor(given)
                .setFrom(Positions.toMessage(from))
                .setPosition(Positions.toMessage(givenPosition))
                .setConsistent(fill.isConsistent())
                .setPatches(patches.bytes())
                .setPatchesSize(patches.size())
                .build();
    }

    /** The cursor in the epoch of the store, on the way to a scope set, which is found again when the cursor comes back. */
    private DownloadCursor toward(ScopeSet target, RelayView view) {
        DownloadCursor resumed = cursor.resumed(store);
        Holdings holdings = resumed.holdings().toward(target, view.head().sequence());
        Transition transition = holdings.transition();
        if (transition != null) {
            Stream.of(holdings.had(), holdings.sure(), holdings.possible(), transition.target(), transition.given())
                    .forEach(context.sets()::keep);
        }
        return resumed.with(holdings);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new MalformedMessageException(message);
        }
    }
}
