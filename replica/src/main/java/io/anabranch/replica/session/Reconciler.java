package io.anabranch.replica.session;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.OfferOutcome;
import io.anabranch.proto.OfferResults;
import io.anabranch.proto.OfferedState;
import io.anabranch.proto.OfferedStates;
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
import io.anabranch.replica.reconcile.KeyRange;
import io.anabranch.replica.state.Repairs;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.RecordKeys;
import io.anabranch.replica.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares the base with what the relay says it should be, by their differences alone, and does what the purpose says about them. One
 * message at a time goes up and is answered. Memory is bounded: differences are dealt with as they are found.
 *
 * <p>To <b>recover</b> is for a relay that is in another epoch than the device, so that it may have lost what the device has applied. The
 * device compares and offers the base of each record that differs; then it compares again and takes the relay's word on whatever still
 * does. So it makes no difference in which order records are offered that bring each other into scope. In the end it goes on in the relay's
 * epoch, from where the relay says. No other stream may be open meanwhile. To <b>audit</b> is for the same epoch, when the device has
 * caught up: it compares once and repairs what has no business to differ. Live changes may go on meanwhile.
 */
public final class Reconciler implements SyncSession<ReconcileRequest, ReconcileReply> {

    private static final int EXCHANGED_MAX = 1_000;

    private final ReplicaState state;
    private final Repairs repairs;
    private final Purpose purpose;
    private final Supplier<byte[]> comparisonKeys;
    private final List<KeyRange> ranges;
    private final Deque<RecordKey> differing = new ArrayDeque<>();
    private Phase phase = Phase.GREET;
    private boolean offering;
    private boolean anyDiffered;
    private byte[] comparisonKey = new byte[0];
    private @Nullable Comparison comparison;
    private ByteString epoch = ByteString.EMPTY;
    private List<RecordKey> exchanged = List.of();
    private Position exchangedAt = Position.START;
    private boolean postponed;
    private ReconcileCounts counts = ReconcileCounts.NONE;

    /** What is done about differences. */
    public enum Purpose {
        /** The relay may have lost something: offer it, and then take its word. */
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
        this(state, purpose, comparisonKeys, List.of(KeyRange.ALL));
    }

    /** As the other one, for the records of some ranges, ascending and apart from each other. */
    public Reconciler(ReplicaState state, Purpose purpose, Supplier<byte[]> comparisonKeys, List<KeyRange> ranges) {
        this.ranges = List.copyOf(ranges);
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

    /** Whether all is done, or the relay has put an audit off. */
    public boolean isDone() {
        return phase == Phase.DONE;
    }

    /** Whether the relay has put an audit off, because the device is to have something else by now and has not caught up with that. */
    public boolean isPostponed() {
        return postponed;
    }

    /** What was found and done, over all connections. */
    public ReconcileCounts counts() {
        return counts;
    }

    private ReconcileRequest hello() {
        comparisonKey = comparisonKeys.get();
        offering = purpose == Purpose.RECOVER;
        anyDiffered = false;
        if (offering) {
            repairs.applyReady();
        }
        phase = Phase.AWAIT_WELCOME;
        return ReconcileRequest.newBuilder()
                .setHello(ReconcileHello.newBuilder()
                        .setProtocol(WireLimits.PROTOCOL)
                        .setComparisonKey(ByteString.copyFrom(comparisonKey))
                        .setAudit(purpose == Purpose.AUDIT)
                        .setCursor(ByteString.copyFrom(state.appliedCursor())))
                .build();
    }

    private void welcome(ReconcileWelcome welcome) {
        require(Phase.AWAIT_WELCOME);
        state.observeRelayClock(welcome.getRelayMillis());
        epoch = welcome.getEpoch();
        boolean compares = welcome.getCompare() || (purpose == Purpose.RECOVER && state.isInDoubt());
        comparison = compares ? newComparison() : null;
        postponed = purpose == Purpose.AUDIT && (!compares || !state.agreesOnEpoch(epoch));
        phase = postponed ? Phase.DONE : Phase.READY;
    }

    private Comparison newComparison() {
        return new Comparison(repairs.items(), new ItemHash(comparisonKey), ranges);
    }

    private @Nullable ReconcileRequest step() {
        Comparison open = comparison;
        boolean isCompared = open == null || open.isOver();
        if (!differing.isEmpty() && (isCompared || differing.size() >= EXCHANGED_MAX)) {
            ReconcileRequest exchange = offering ? offers() : wanted();
            if (exchange != null) {
                phase = Phase.AWAIT_EXCHANGE;
                return exchange;
            }
        }
        if (isCompared && offering && anyDiffered) {
            offering = false;
            open = newComparison();
            comparison = open;
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
            for (Difference difference : open.receive(answers.toByteArray())) {
                anyDiffered = true;
                // What only the relay has is taken in the second turn.
                if (difference.here() || !offering) {
                    differing.add(RecordKeys.decode(difference.key(), 0));
                }
            }
        }
        phase = Phase.READY;
    }

    /** Null if there is nothing left of what was found. */
    private @Nullable ReconcileRequest offers() {
        OfferedStates.Builder offers = OfferedStates.newBuilder();
        long size = 0;
        while (!differing.isEmpty() && offers.getStateCount() < EXCHANGED_MAX && size < WireLimits.BATCH_SIZE_TARGET) {
            RecordKey key = differing.removeFirst();
            byte @Nullable [] base = repairs.base(key);
            if (base != null) {
                offers.addState(OfferedState.newBuilder()
                        .setType(key.type())
                        .setId(key.id())
                        .setState(ByteString.copyFrom(base)));
                size += base.length;
            }
        }
        exchanged = offers.getStateList().stream()
                .map(offer -> RecordKeys.of(offer.getType(), offer.getId()))
                .toList();
        return exchanged.isEmpty()
                ? null
                : ReconcileRequest.newBuilder().setOffers(offers).build();
    }

    private void results(OfferResults results) {
        require(Phase.AWAIT_EXCHANGE);
        if (!offering || results.getOutcomeCount() != exchanged.size()) {
            throw new MalformedMessageException("the results are not those of the offers");
        }
        counts = counts.offered(count(results, OfferOutcome.OFFER_JOINED), count(results, OfferOutcome.OFFER_REFUSED));
        phase = Phase.READY;
    }

    private static long count(OfferResults results, OfferOutcome wanted) {
        return results.getOutcomeList().stream()
                .filter(outcome -> outcome == wanted)
                .count();
    }

    private ReconcileRequest wanted() {
        WantedRecords.Builder wanted = WantedRecords.newBuilder();
        exchanged = differing.stream().limit(EXCHANGED_MAX).toList();
        exchanged.forEach(key -> wanted.addKey(ByteString.copyFrom(RecordKeys.encode(key))));
        exchangedAt = state.appliedPosition();
        return ReconcileRequest.newBuilder().setWanted(wanted).build();
    }

    private void states(RecordStates states) {
        require(Phase.AWAIT_EXCHANGE);
        int count = states.getStateCount();
        if (purpose == Purpose.AUDIT && count == 0) {
            postponed = true;
            phase = Phase.DONE;
            return;
        }
        List<RecordKey> keys = new ArrayList<>();
        for (RecordState message : states.getStateList()) {
            keys.add(RecordKeys.of(
                    message.getPatch().getType(), message.getPatch().getId()));
        }
        if (offering || count < 1 || count > exchanged.size() || !keys.equals(exchanged.subList(0, count))) {
            throw new MalformedMessageException("the states are not those that were wanted");
        }
        phase = Phase.READY;
        if (purpose == Purpose.AUDIT && !exchangedAt.equals(state.appliedPosition())) {
            // A page that came meanwhile may have said otherwise, so it is asked again.
            return;
        }
        List<Repairs.Finding> findings = repairs.take(states.getStateList(), purpose == Purpose.AUDIT);
        for (int i = 0; i < count; i++) {
            note(keys.get(i).type(), findings.get(i));
            differing.removeFirst();
        }
    }

    private void note(String type, Repairs.Finding finding) {
        counts = switch (finding) {
            case MOVED -> counts;
            case MISSING -> counts.repaired(type, new ReconcileCounts.Repaired(1, 0, 0));
            case SURPLUS -> counts.repaired(type, new ReconcileCounts.Repaired(0, 1, 0));
            case DIFFERENT -> counts.repaired(type, new ReconcileCounts.Repaired(0, 0, 1));
        };
    }

    private void resumption(Resumption resumption) {
        require(Phase.AWAIT_RESUMPTION);
        state.resume(epoch, resumption);
        phase = Phase.DONE;
    }

    private void require(Phase expected) {
        if (phase != expected) {
            throw new MalformedMessageException("a reply to a reconciliation is out of turn");
        }
    }
}
