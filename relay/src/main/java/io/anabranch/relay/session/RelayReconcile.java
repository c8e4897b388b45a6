package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.MalformedRecordException;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.OfferOutcome;
import io.anabranch.proto.OfferResult;
import io.anabranch.proto.OfferResults;
import io.anabranch.proto.ReconcileHello;
import io.anabranch.proto.ReconcileReply;
import io.anabranch.proto.ReconcileRequest;
import io.anabranch.proto.ReconcileWelcome;
import io.anabranch.proto.RecordState;
import io.anabranch.proto.RecordStates;
import io.anabranch.proto.Resumption;
import io.anabranch.proto.WantedRecords;
import io.anabranch.relay.admission.Recovered;
import io.anabranch.relay.admission.Recovery;
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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One reconciliation with one device: each of its messages is answered with one. Keeps the comparison's key and the answer that is to be
 * sent, nothing else.
 *
 * <p>Offers are handed to the shell, which has them admitted and hands the outcome in when it is durable.
 *
 * <pre>{@code
 * List<Record> offers = reconcile.receive(request);
 * if (!offers.isEmpty()) {
 *     admit(offers, outcomes -> reconcile.admitted(outcomes));
 * }
 * ReconcileReply reply = reconcile.next();
 * }</pre>
 */
public final class RelayReconcile {

    /** Most records that are offered or wanted at once. */
    static final int RECORDS_MAX = 1_000;

    private final RelayStore store;
    private final Reader reader;
    private final Recovery recovery;
    private final LongSupplier relayMillis;
    private @Nullable Comparer comparer;
    private DownloadCursor cursor = DownloadCursor.START;
    private ByteString cursorBytes = ByteString.EMPTY;
    private @Nullable ReconcileReply reply;
    /** Those of the last offers that the reader may not make: refused without being admitted. */
    private final List<Integer> forbidden = new ArrayList<>();

    private List<Record> offered = List.of();

    /**
     * Who reconciles what.
     *
     * @param replica the device, as its certificate says
     * @param items what it may have
     */
    public record Reader(long replica, ReaderItems items) {}

    /**
     * A reconciliation that waits for its hello.
     *
     * @param relayMillis the relay's clock, ms since 1970
     */
    public RelayReconcile(RelayStore store, Reader reader, Recovery recovery, LongSupplier relayMillis) {
        this.store = store;
        this.reader = reader;
        this.recovery = recovery;
        this.relayMillis = relayMillis;
    }

    /**
     * Takes a message. Reads the store, so it may wait for the disk, and for as long as a walk over all records takes.
     *
     * @return states to be admitted, empty if there are none
     * @throws MalformedMessageException if it is malformed, out of turn or of another protocol
     * @throws StaleCursorException if the device's cursor is of another store
     */
    public List<Record> receive(ReconcileRequest request) {
        require(reply == null && offered.isEmpty(), "a message comes before the last one was answered");
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
        int next = 0;
        for (int i = 0; i < offered.size(); i++) {
            results.addResult(
                    forbidden.contains(i)
                            ? refused(offered.get(i).key())
                            : result(offered.get(i), outcomes.get(next++)));
        }
        offered = List.of();
        forbidden.clear();
        reply = ReconcileReply.newBuilder().setResults(results).build();
    }

    /** The answer to the last message, null while there is none. */
    public @Nullable ReconcileReply next() {
        ReconcileReply next = reply;
        reply = null;
        return next;
    }

    private List<Record> answer(ReconcileReply.Builder answer) {
        reply = answer.build();
        return List.of();
    }

    private ReconcileReply.Builder welcome(ReconcileHello hello) {
        require(
                hello.getProtocol() == WireLimits.PROTOCOL,
                "the protocol's version is not known; update the application");
        require(hello.getComparisonKey().size() == ItemHash.KEY_SIZE, "a comparison's key is not of its size");
        comparer = new Comparer(new ItemHash(hello.getComparisonKey().toByteArray()));
        cursorBytes = hello.getCursor();
        cursor = DownloadCursor.of(cursorBytes, store);
        return ReconcileReply.newBuilder()
                .setWelcome(ReconcileWelcome.newBuilder()
                        .setRelayMillis(relayMillis.getAsLong())
                        .setEpoch(Epochs.id(store))
                        .setAhead(cursor.isAheadOf(store)));
    }

    private ReconcileReply.Builder answers(ByteString question) {
        Comparer by = comparer;
        if (by == null) {
            throw new MalformedMessageException("a reconciliation begins with a hello");
        }
        try (RelayView view = store.view()) {
            byte[] answers = by.answer(question.toByteArray(), reader.items.of(view));
            return ReconcileReply.newBuilder().setAnswers(ByteString.copyFrom(answers));
        }
    }

    private List<Record> offers(RecordStates states) {
        require(states.getStateCount() >= 1 && states.getStateCount() <= RECORDS_MAX, "offers are out of range");
        List<Record> all = new ArrayList<>();
        List<Record> offers = new ArrayList<>();
        Set<RecordKey> distinct = new HashSet<>();
        try (RelayView view = store.view()) {
            for (RecordState state : states.getStateList()) {
                Record record = record(state);
                require(distinct.add(record.key()), "a record is offered twice");
                StoredRecord known = view.record(record.key()).orElse(null);
                if (reader.items.mayOffer(record.key(), known)) {
                    offers.add(record);
                } else {
                    forbidden.add(all.size());
                }
                all.add(record);
            }
        }
        offered = List.copyOf(all);
        if (offers.isEmpty()) {
            admitted(List.of());
        }
        return offers;
    }

    private static Record record(RecordState state) {
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
        long size = 0;
        try (RelayView view = store.view()) {
            for (ByteString key : wanted.getKeyList()) {
                if (size >= WireLimits.BATCH_SIZE_TARGET) {
                    break;
                }
                RecordState state = state(view, RecordKeys.decode(key.toByteArray(), 0));
                states.addState(state);
                size += state.getSerializedSize();
            }
        }
        return ReconcileReply.newBuilder().setStates(states);
    }

    private RecordState state(RelayView view, RecordKey key) {
        StoredRecord stored = view.record(key).orElse(null);
        return RecordState.newBuilder()
                .setType(key.type())
                .setId(key.id())
                .setState(visible(stored))
                .setSequence(stored == null ? 0 : stored.sequence())
                .build();
    }

    private ReconcileReply.Builder resumption(long lastSeq) {
        require(lastSeq >= 0, "a sequence number is out of range");
        recovery.recovered(reader.replica, lastSeq);
        Resumption.Builder resumption = Resumption.newBuilder();
        if (!cursorBytes.isEmpty()) {
            DownloadCursor resumed = cursor.resumed(store);
            resumption
                    .setCursor(resumed.givenBy(store.lineage()).toBytes(store.storeId()))
                    .setPosition(Positions.toMessage(resumed.position()));
        }
        return ReconcileReply.newBuilder().setResumption(resumption);
    }

    private OfferResult refused(RecordKey key) {
        try (RelayView view = store.view()) {
            return OfferResult.newBuilder()
                    .setOutcome(OfferOutcome.OFFER_REFUSED)
                    .setState(visible(view.record(key).orElse(null)))
                    .build();
        }
    }

    /** What the relay has now goes back where it is something else: a patch would not name the fields that it never had. */
    private OfferResult result(Record offer, Recovered recovered) {
        OfferResult.Builder result = OfferResult.newBuilder()
                .setOutcome(
                        switch (recovered.outcome()) {
                            case JOINED -> OfferOutcome.OFFER_JOINED;
                            case KNOWN -> OfferOutcome.OFFER_KNOWN;
                            case REFUSED -> OfferOutcome.OFFER_REFUSED;
                        });
        StoredRecord now = recovered.now();
        if (now != null && !now.record().equals(offer)) {
            result.setState(visible(now));
        }
        return result.build();
    }

    private ByteString visible(@Nullable StoredRecord record) {
        return record == null
                ? ByteString.EMPTY
                : reader.items
                        .visible(record)
                        .map(visible -> ByteString.copyFrom(visible.encode()))
                        .orElse(ByteString.EMPTY);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new MalformedMessageException(message);
        }
    }
}
