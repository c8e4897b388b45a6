package io.anabranch.relay.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.Record;
import io.anabranch.proto.ReconcileReply;
import io.anabranch.proto.ReconcileRequest;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.admission.Recovered;
import io.anabranch.relay.admission.Recovery;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.server.sequencer.RoundTask;
import io.anabranch.relay.session.ReaderItems;
import io.anabranch.relay.session.RelayReconcile;
import io.grpc.Status;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A reconciliation: one message is read, answered and then the next one read, so it holds one message. */
final class ReconcileSession implements CallSession {

    private static final Logger LOG = LoggerFactory.getLogger(ReconcileSession.class);

    private final GrpcCall call;
    private final SyncContext context;
    private final Recovery recovery;
    private @Nullable Author author;
    private @Nullable RelayReconcile reconcile;

    ReconcileSession(GrpcCall call, SyncContext context) {
        this.call = call;
        this.context = context;
        this.recovery = new Recovery(context.store());
    }

    @Override
    public void begin() {
        Author known = context.author(call.caller());
        RelayReconcile.Reader reader = new RelayReconcile.Reader(known.replica(), ReaderItems.EVERYTHING);
        reconcile = new RelayReconcile(context.store(), reader, recovery, context.clock()::millis);
        context.opened(known);
        author = known;
        call.request();
    }

    @Override
    public void receive(byte[] message) {
        try {
            List<Record> offers = Objects.requireNonNull(reconcile).receive(ReconcileRequest.parseFrom(message));
            if (!offers.isEmpty()) {
                context.sequencer().run(new Offers(offers));
            }
        } catch (InvalidProtocolBufferException e) {
            throw CallFailures.malformed(e);
        }
        answer();
    }

    private void answer() {
        ReconcileReply reply = Objects.requireNonNull(reconcile).next();
        if (reply != null && !call.isClosed()) {
            if (reply.hasResumption()) {
                recovery.closeIfAll(context.devices().list().stream()
                        .map(device -> device.getReplica())
                        .toList());
            }
            call.send(reply);
            call.request();
        }
    }

    @Override
    public void halfClosed() {
        call.close(Status.OK);
    }

    @Override
    public void closed() {
        if (author != null) {
            context.closed(author);
        }
    }

    /** What the device offers back, on its way through a round. */
    private final class Offers implements RoundTask {

        private final List<Record> offers;
        private List<Recovered> outcomes = List.of();

        Offers(List<Record> offers) {
            this.offers = offers;
        }

        @Override
        public void run(Round round) {
            outcomes = round.recover(offers);
        }

        @Override
        public void done() {
            // Nobody's signature vouches for these, so who brought them stays on record.
            outcomes.stream()
                    .filter(outcome -> outcome.outcome() != Recovered.Outcome.KNOWN)
                    .forEach(outcome -> LOG.info(
                            "A device offers back a record. replica={} record={} outcome={}",
                            Long.toHexString(Objects.requireNonNull(author).replica()),
                            outcome.key(),
                            outcome.outcome()));
            call.lane().execute(() -> {
                Objects.requireNonNull(reconcile).admitted(outcomes);
                answer();
            });
        }

        @Override
        public void failed(RuntimeException why) {
            call.lane().execute(() -> {
                throw why;
            });
        }
    }
}
