package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.MalformedRecordException;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.OfferOutcome;
import io.anabranch.proto.OfferResults;
import io.anabranch.proto.OfferedState;
import io.anabranch.proto.OfferedStates;
import io.anabranch.proto.Patch;
import io.anabranch.proto.ReconcileHello;
import io.anabranch.proto.ReconcileReply;
import io.anabranch.proto.ReconcileRequest;
import io.anabranch.proto.ReconcileWelcome;
import io.anabranch.proto.RecordState;
import io.anabranch.proto.RecordStates;
import io.anabranch.proto.Resumption;
import io.anabranch.proto.WantedRecords;
import io.anabranch.relay.admission.OfferedRecord;
import io.anabranch.relay.admission.Recovered;
import io.anabranch.relay.admission.Recovery;
import io.anabranch.relay.scope.Columns;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.Memberships;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.reconcile.Comparer;
import io.anabranch.replica.reconcile.ItemHash;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Positions;
import io.anabranch.replica.wire.RecordKeys;
import io.anabranch.replica.wire.WireLimits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One reconciliation with one device: each of its messages is answered with one. What is compared is what the device is to have by the
 * scope set that is current at the hello. Keeps that, the comparison's key and the answer that is to be sent, nothing else.
 *
 * <p>Offers are handed to the shell, which has them admitted and hands the outcome in when it is durable.
 *
 * <pre>{@code
 * List<OfferedRecord> offers = reconcile.receive(request);
 * if (!offers.isEmpty()) {
 *     reconcile.admitted(rounds.perform(round -> round.recover(reader, offers)));
 * }
 * ReconcileReply reply = reconcile.next();
 * }</pre>
 *
 * <p>To <b>recover</b>, a device first offers what differs and then has replaced what still does, so that in the end it has what it is to
 * have as of the hello or later. The cursor it is then given says so: all of the set up to the hello's position, and perhaps something
 * later, so that whatever has moved since is given whole. To <b>audit</b> it must have had all of the same set before, which its cursor
 * tells, and the set must not change meanwhile.
 */
public final class RelayReconcile {

    /** Most records that are offered or wanted at once. */
    static final int RECORDS_MAX = 1_000;

    private final Downloads context;
    private final RelayStore store;
    private final Scopes.Reader reader;
    private final Recovery recovery;
    private final CursorSeal seal;
    private @Nullable Comparer comparer;
    private DeviceCursor cursor = DeviceCursor.NONE;
    private boolean audit;
    private boolean isCompared;
    private ScopeSet target = ScopeSet.EMPTY;
    private Position begun = Position.START;
    private @Nullable ReconcileReply reply;
    private int offered;

    RelayReconcile(Downloads context, Scopes.Reader reader, Recovery recovery) {
        this.context = context;
        this.store = context.store();
        this.reader = reader;
        this.recovery = recovery;
        this.seal = new CursorSeal(store, reader.user());
    }

    /**
     * Takes a message. Reads the store, so it may wait for the disk, and for as long as a walk over all records takes.
     *
     * @return states to be admitted, empty if there are none
     * @throws MalformedMessageException if it is malformed, out of turn or of another protocol
     * @throws StaleCursorException if the device's cursor is of another store, or was not given to this user
     */
    public List<OfferedRecord> receive(ReconcileRequest request) {
        require(reply == null && offered == 0, "a message comes before the last one was answered");
        require(request.hasHello() == (comparer == null), "a reconciliation has one hello, and begins with it");
        return switch (request.getMessageCase()) {
            case HELLO -> answer(welcome(request.getHello()));
            case QUESTION -> answer(answers(request.getQuestion()));
            case OFFERS -> offers(request.getOffers());
            case WANTED -> answer(states(request.getWanted()));
            case RECOVERED -> answer(resumption(request.getRecovered().getLastSeq()));
            case MESSAGE_NOT_SET -> throw new MalformedMessageException("a message of a reconciliation is empty");
        };
    }

    /**
     * Takes what became of the offers that were received.
     *
     * @param outcomes in order, once they are durable
     */
    public void admitted(List<Recovered> outcomes) {
        OfferResults.Builder results = OfferResults.newBuilder();
        for (Recovered recovered : outcomes) {
            results.addOutcome(
                    switch (recovered.outcome()) {
                        case JOINED -> OfferOutcome.OFFER_JOINED;
                        case KNOWN -> OfferOutcome.OFFER_KNOWN;
                        case REFUSED -> OfferOutcome.OFFER_REFUSED;
                    });
        }
        offered = 0;
        reply = ReconcileReply.newBuilder().setResults(results).build();
    }

    /** The answer to the last message, null while there is none. */
    public @Nullable ReconcileReply next() {
        ReconcileReply next = reply;
        reply = null;
        return next;
    }

    private List<OfferedRecord> answer(ReconcileReply.Builder answer) {
        reply = answer.build();
        return List.of();
    }

    private ReconcileReply.Builder welcome(ReconcileHello hello) {
        require(
                hello.getProtocol() == WireLimits.PROTOCOL,
                "the protocol's version is not known; update the application");
        require(hello.getComparisonKey().size() == ItemHash.KEY_SIZE, "a comparison's key is not of its size");
        comparer = new Comparer(new ItemHash(hello.getComparisonKey().toByteArray()));
        audit = hello.getAudit();
        cursor = hello.getCursor().isEmpty()
                ? DeviceCursor.NONE
                : DeviceCursor.of(DownloadCursor.message(store, seal.open(hello.getCursor())), context);
        try (RelayView view = store.view()) {
            context.scopes().requireWithinLimits(reader, view);
            begun = view.head();
        }
        target = context.scopes().current(reader);
        context.sets().keep(target);
        return ReconcileReply.newBuilder()
                .setWelcome(ReconcileWelcome.newBuilder()
                        .setRelayMillis(context.relayMillis())
                        .setEpoch(Epochs.id(store))
                        .setCompare(audit ? cursor.has(target) : cursor.isAhead()));
    }

    private ReconcileReply.Builder answers(ByteString question) {
        Comparer by = comparer;
        if (by == null) {
            throw new MalformedMessageException("a reconciliation begins with a hello");
        }
        isCompared = true;
        try (RelayView view = store.view()) {
            byte[] answers = by.answer(question.toByteArray(), new ReaderItems(view, target));
            return ReconcileReply.newBuilder().setAnswers(ByteString.copyFrom(answers));
        }
    }

    private List<OfferedRecord> offers(OfferedStates states) {
        require(!audit, "an audit offers nothing");
        require(states.getStateCount() >= 1 && states.getStateCount() <= RECORDS_MAX, "offers are out of range");
        List<OfferedRecord> offers = new ArrayList<>();
        Set<RecordKey> distinct = new HashSet<>();
        for (OfferedState state : states.getStateList()) {
            Record record = record(state);
            require(distinct.add(record.key()), "a record is offered twice");
            offers.add(new OfferedRecord(record, cursor.isRestricted()));
        }
        offered = offers.size();
        return offers;
    }

    private static Record record(OfferedState state) {
        try {
            return Record.decode(
                    RecordKeys.of(state.getType(), state.getId()),
                    state.getState().toByteArray());
        } catch (MalformedRecordException e) {
            throw new MalformedMessageException("an offered state is malformed", e);
        }
    }

    private ReconcileReply.Builder states(WantedRecords wanted) {
        require(wanted.getKeyCount() >= 1 && wanted.getKeyCount() <= RECORDS_MAX, "wanted records are out of range");
        RecordStates.Builder states = RecordStates.newBuilder();
        if (audit && !context.scopes().current(reader).equals(target)) {
            return ReconcileReply.newBuilder().setStates(states);
        }
        long size = 0;
        try (RelayView view = store.view()) {
            for (ByteString key : wanted.getKeyList()) {
                if (size >= WireLimits.BATCH_SIZE_TARGET) {
                    break;
                }
                RecordKey wantedKey = RecordKeys.decode(key.toByteArray(), 0);
                RecordState state = state(wantedKey, view.record(wantedKey).orElse(null));
                states.addState(state);
                size += state.getSerializedSize();
            }
        }
        return ReconcileReply.newBuilder().setStates(states);
    }

    private RecordState state(RecordKey key, @Nullable StoredRecord stored) {
        Patch.Builder patch = Patch.newBuilder().setType(key.type()).setId(key.id());
        Columns visible = ReaderItems.visible(target, stored);
        if (stored == null || !visible.any()) {
            return RecordState.newBuilder()
                    .setPatch(patch.setLeave(true))
                    .setSequence(stored == null ? 0 : latest(stored))
                    .build();
        }
        return RecordState.newBuilder()
                .setPatch(patch.setWhole(true).setState(ReaderItems.state(stored, visible)))
                .setSequence(latest(stored))
                .build();
    }

    /** Of its state, or of where it belongs. */
    private static long latest(StoredRecord stored) {
        long latest = stored.sequence();
        for (Memberships.Membership one : stored.memberships().all()) {
            latest = Math.max(latest, one.place());
        }
        return latest;
    }

    private ReconcileReply.Builder resumption(long lastSeq) {
        require(!audit, "an audit recovers nothing");
        require(lastSeq >= 0, "a sequence number is out of range");
        require(isCompared || !cursor.isAhead(), "a device that is ahead of the relay has compared nothing");
        recovery.recovered(reader.replica(), lastSeq);
        Resumption.Builder resumption = Resumption.newBuilder();
        DownloadCursor known = cursor.known();
        if (isCompared || known != null) {
            DownloadCursor resumed = isCompared || known == null
                    ? DownloadCursor.uncertainAfter(begun, target)
                    : known.in(begun.epoch());
            resumption.setCursor(resumed.toBytes(store, seal)).setPosition(Positions.toMessage(resumed.position()));
        }
        return ReconcileReply.newBuilder().setResumption(resumption);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new MalformedMessageException(message);
        }
    }
}
