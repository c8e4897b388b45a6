package io.anabranch.relay.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.Device;
import io.anabranch.proto.ReconcileReply;
import io.anabranch.proto.ReconcileRequest;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.admission.OfferedRecord;
import io.anabranch.relay.admission.Recovered;
import io.anabranch.relay.admission.Recovery;
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
        reconcile = context.downloads().reconcile(known.reader(), recovery);
        context.opened(known);
        author = known;
        call.request();
    }

    @Override
    public void receive(byte[] message) {
        RelayReconcile by = Objects.requireNonNull(reconcile);
        try {
            List<OfferedRecord> offers = by.receive(ReconcileRequest.parseFrom(message));
            if (!offers.isEmpty()) {
                by.admitted(admitted(Objects.requireNonNull(author), offers));
            }
        } catch (InvalidProtocolBufferException e) {
            throw CallFailures.malformed(e);
        }
        ReconcileReply reply = by.next();
        if (reply != null && !call.isClosed()) {
            if (reply.hasResumption()) {
                recovery.closeIfAll(context.devices().list().stream()
                        .filter(device -> device.getRevokedMillis() == 0)
                        .map(Device::getReplica)
                        .toList());
            }
            call.send(reply);
            call.request();
        }
    }

    /** Nobody's signature vouches for these, so who brought them stays on record. */
    private List<Recovered> admitted(Author from, List<OfferedRecord> offers) {
        List<Recovered> outcomes = context.sequencer().perform(round -> round.recover(from.reader(), offers));
        outcomes.stream()
                .filter(outcome -> outcome.outcome() != Recovered.Outcome.KNOWN)
                .forEach(outcome -> LOG.info(
                        "A device offers back a record. replica={} record={} outcome={}",
                        Long.toHexString(from.replica()),
                        outcome.key(),
                        outcome.outcome()));
        return outcomes;
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
}
