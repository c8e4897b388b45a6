package io.anabranch.replica.session;

import com.google.protobuf.ByteString;
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
import io.anabranch.proto.Recovered;
import io.anabranch.proto.Resumption;
import io.anabranch.proto.WantedRecords;
import io.anabranch.replica.reconcile.Comparison;
import io.anabranch.replica.reconcile.Difference;
import io.anabranch.replica.reconcile.ItemHash;
import io.anabranch.replica.state.Repairs;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.RecordKeys;
import io.anabranch.replica.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares the base with what the relay has, by their differences alone, and does what the purpose says about them. One message at a time
 * goes up and is answered. Memory is bounded: differences are dealt with as they are found.
 *
 * <p>To <b>recover</b> is for a relay that is in another epoch than the device, so that it may have lost what the device has applied: the
 * device offers the base of each record that differs, and takes the relay's state where an offer is refused or becomes something else. When all is
 * offered it goes on in the relay's epoch, from where the relay says; what it offered comes down again like any change. No
 * other stream may be open meanwhile. To <b>audit</b> is for the same epoch and changes only what is wrong here.
 */
public final class Reconciler implements SyncSession<ReconcileRequest, ReconcileReply> {

    private static final int EXCHANGED_MAX = 1_000;

    private final ReplicaState state;
    private final Repairs repairs;
    private final Purpose purpose;
    private final Supplier<byte[]> comparisonKeys;
    private final Deque<RecordKey> differing = new ArrayDeque<>();
    private Phase phase = Phase.GREET;
    private @Nullable Comparison comparison;
    private ByteString epoch = ByteString.EMPTY;
    private List<RecordKey> exchanged = List.of();
    private ReconcileCounts counts = ReconcileCounts.NONE;

    /** What is done about differences. */
    public enum Purpose {
        /** The relay may have lost something: offer it. */
        RECOVER,
        /** Nothing should differ: repair what does. */
        AUDIT
    }

    private enum Phase {
        GREET,
        AWAIT_WELCOME,
        READY,
        AWAIT_ANSWERS,
        AWAIT_EXCHANGE,
        AWAIT_RESUMPTION,
        DONE
    }

    /**
     * Works on a state.
     *
     * @param comparisonKeys random ones, of {@value ItemHash#KEY_SIZE} bytes
     */
    public Reconciler(ReplicaState state, Purpose purpose, Supplier<byte[]> comparisonKeys) {
        this.state = state;
        this.repairs = state.repairs();
        this.purpose = purpose;
        this.comparisonKeys = comparisonKeys;
    }

    @Override
    public void open() {
        phase = Phase.GREET;
        differing.clear();
    }

    @Override
    public @Nullable ReconcileRequest next() {
        return switch (phase) {
            case GREET -> hello();
            case READY -> step();
            default -> null;
        };
    }

    @Override
    public void receive(ReconcileReply message) {
        switch (message.getMessageCase()) {
            case WELCOME -> welcome(message.getWelcome());
            case ANSWERS -> answers(message.getAnswers());
            case RESULTS -> results(message.getResults());
            case STATES -> states(message.getStates());
            case RESUMPTION -> resumption(message.getResumption());
            case MESSAGE_NOT_SET -> throw new MalformedMessageException("a reply to a reconciliation is empty");
        }
    }

    /** Whether all is done. */
    public boolean isDone() {
        return phase == Phase.DONE;
    }

    /** What was found and done, over all connections. */
    public ReconcileCounts counts() {
        return counts;
    }

    private ReconcileRequest hello() {
        byte[] key = comparisonKeys.get();
        comparison = new Comparison(repairs.items(), new ItemHash(key));
        phase = Phase.AWAIT_WELCOME;
        return ReconcileRequest.newBuilder()
                .setHello(ReconcileHello.newBuilder()
                        .setProtocol(WireLimits.PROTOCOL)
                        .setComparisonKey(ByteString.copyFrom(key))
                        .setCursor(ByteString.copyFrom(state.appliedCursor())))
                .build();
    }

    private void welcome(ReconcileWelcome welcome) {
        require(Phase.AWAIT_WELCOME);
        state.observeRelayClock(welcome.getRelayMillis());
        epoch = welcome.getEpoch();
        if (purpose == Purpose.RECOVER && !welcome.getAhead() && !state.isAheadOfCursor()) {
            comparison = null;
        }
        phase = Phase.READY;
    }

    private @Nullable ReconcileRequest step() {
        Comparison open = comparison;
        boolean isCompared = open == null || open.isOver();
        if (!differing.isEmpty() && (isCompared || differing.size() >= EXCHANGED_MAX)) {
            phase = Phase.AWAIT_EXCHANGE;
            return purpose == Purpose.RECOVER ? offers() : wanted();
        }
        byte[] question = open == null ? null : open.next();
        if (question != null) {
            phase = Phase.AWAIT_ANSWERS;
            return ReconcileRequest.newBuilder()
                    .setQuestion(ByteString.copyFrom(question))
                    .build();
        } else if (purpose == Purpose.AUDIT) {
            phase = Phase.DONE;
            return null;
        }
        // What the relay forgives from here on must not come back after a crash.
        repairs.settle();
        phase = Phase.AWAIT_RESUMPTION;
        return ReconcileRequest.newBuilder()
                .setRecovered(Recovered.newBuilder().setLastSeq(state.lastSeq()))
                .build();
    }

    private void answers(ByteString answers) {
        require(Phase.AWAIT_ANSWERS);
        Comparison open = comparison;
        if (open != null) {
            List<Difference> found = open.receive(answers.toByteArray());
            counts = counts.differing(found.size());
            for (Difference difference : found) {
                // What only the relay has comes down with the next page.
                if (difference.here() || purpose == Purpose.AUDIT) {
                    differing.add(RecordKeys.decode(difference.key(), 0));
                }
            }
        }
        phase = Phase.READY;
    }

    private ReconcileRequest offers() {
        RecordStates.Builder offers = RecordStates.newBuilder();
        List<RecordKey> keys = new ArrayList<>();
        long size = 0;
        while (!differing.isEmpty() && keys.size() < EXCHANGED_MAX && size < WireLimits.BATCH_SIZE_TARGET) {
            RecordKey key = differing.removeFirst();
            byte @Nullable [] base = repairs.base(key);
            if (base != null) {
                offers.addState(RecordState.newBuilder()
                        .setType(key.type())
                        .setId(key.id())
                        .setState(ByteString.copyFrom(base)));
                keys.add(key);
                size += base.length;
            }
        }
        exchanged = keys;
        return ReconcileRequest.newBuilder().setOffers(offers).build();
    }

    private void results(OfferResults results) {
        require(Phase.AWAIT_EXCHANGE);
        if (purpose != Purpose.RECOVER || results.getResultCount() != exchanged.size()) {
            throw new MalformedMessageException("the results are not those of the offers");
        }
        List<Record> replaced = new ArrayList<>();
        Iterator<RecordKey> keys = exchanged.iterator();
        int joined = 0;
        int refused = 0;
        for (OfferResult result : results.getResultList()) {
            RecordKey key = keys.next();
            joined += result.getOutcome() == OfferOutcome.OFFER_JOINED ? 1 : 0;
            boolean isRefused = result.getOutcome() == OfferOutcome.OFFER_REFUSED;
            refused += isRefused ? 1 : 0;
            if (isRefused || !result.getState().isEmpty()) {
                replaced.add(Repairs.record(RecordState.newBuilder()
                        .setType(key.type())
                        .setId(key.id())
                        .setState(result.getState())
                        .build()));
            }
        }
        repairs.replace(replaced);
        counts = counts.offered(joined).replaced(refused);
        phase = Phase.READY;
    }

    private ReconcileRequest wanted() {
        WantedRecords.Builder wanted = WantedRecords.newBuilder();
        exchanged = differing.stream().limit(EXCHANGED_MAX).toList();
        exchanged.forEach(key -> wanted.addKey(ByteString.copyFrom(RecordKeys.encode(key))));
        return ReconcileRequest.newBuilder().setWanted(wanted).build();
    }

    private void states(RecordStates states) {
        require(Phase.AWAIT_EXCHANGE);
        int count = states.getStateCount();
        List<RecordKey> keys = states.getStateList().stream()
                .map(message -> RecordKeys.of(message.getType(), message.getId()))
                .toList();
        if (count < 1 || count > exchanged.size() || !keys.equals(exchanged.subList(0, count))) {
            throw new MalformedMessageException("the states are not those that were wanted");
        }
        for (Repairs.Finding finding : repairs.audit(states.getStateList())) {
            counts = switch (finding) {
                case MOVED -> counts;
                case REPAIRED -> counts.replaced(1);
                case LACKED_BY_RELAY -> counts.lacked(1);
            };
            differing.removeFirst();
        }
        phase = Phase.READY;
    }

    private void resumption(Resumption resumption) {
        require(Phase.AWAIT_RESUMPTION);
        state.resume(epoch, resumption, comparison != null);
        phase = Phase.DONE;
    }

    private void require(Phase expected) {
        if (phase != expected) {
            throw new MalformedMessageException("a reply to a reconciliation is out of turn");
        }
    }
}
