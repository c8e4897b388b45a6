package io.anabranch.bench.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.DownloadRequest;
import io.anabranch.proto.ReconcileReply;
import io.anabranch.proto.ReconcileRequest;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.relay.admission.Early;
import io.anabranch.relay.admission.OfferedRecord;
import io.anabranch.relay.admission.Recovered;
import io.anabranch.relay.admission.RefusedBatchException;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.session.RelayDownload;
import io.anabranch.relay.session.RelayReconcile;
import io.anabranch.relay.session.RelayUpload;
import io.anabranch.relay.session.StaleCursorException;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.wire.MalformedMessageException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The relay's ends of the two kinds of stream. */
final class RelayEnd {

    private RelayEnd() {}

    /** An upload: batches are verified here and then wait for their round, a few at a time. */
    static final class Upload implements Endpoint {

        private static final int UNDER_WAY_MAX = 4;

        private final RelayUpload session;
        private final BiConsumer<VerifiedCommits, Upload> admission;
        private int underWay;
        private boolean over;
        private @Nullable RuntimeException refusal;

        Upload(RelayUpload session, BiConsumer<VerifiedCommits, Upload> admission) {
            this.session = session;
            this.admission = admission;
        }

        @Override
        public boolean canTake() {
            return underWay < UNDER_WAY_MAX;
        }

        @Override
        public void receive(Pipe.Parcel parcel) {
            try {
                UploadRequest request = UploadRequest.parseFrom(parcel.bytes());
                if (parcel.spoiled() && !request.hasBatch()) {
                    throw new MalformedMessageException("the transport finds a damaged message");
                }
                RelayUpload.Received received = session.receive(request).orElse(null);
                if (received != null) {
                    admission.accept(received.verify(), this);
                    underWay++;
                }
            } catch (InvalidProtocolBufferException | MalformedMessageException e) {
                throw new RefusedException(e);
            }
        }

        @Override
        public byte @Nullable [] next() {
            UploadReply reply = session.next();
            return reply == null ? null : reply.toByteArray();
        }

        @Override
        public boolean isOver() {
            return over;
        }

        void judged(List<VerdictRun> runs, Optional<Early> early) {
            underWay--;
            early.ifPresent(session::early);
            session.judged(runs);
        }

        /** Whether it goes on though admission has refused one of its batches. */
        boolean goesOnAfter(SignedCommits commits, RefusedBatchException why) {
            boolean goesOn = session.goesOnAfter(commits, why);
            underWay -= goesOn ? 1 : 0;
            return goesOn;
        }

        void end() {
            over = true;
        }

        /** Admission has refused one of its batches. */
        void refuse(RuntimeException reason) {
            over = true;
            refusal = reason;
        }

        @Override
        public @Nullable RuntimeException refusal() {
            return refusal;
        }
    }

    /** A reconciliation: offers wait for their round. */
    static final class Reconcile implements Endpoint {

        private final RelayReconcile session;
        private final BiConsumer<List<OfferedRecord>, Reconcile> admission;
        private boolean over;

        Reconcile(RelayReconcile session, BiConsumer<List<OfferedRecord>, Reconcile> admission) {
            this.session = session;
            this.admission = admission;
        }

        @Override
        public boolean canTake() {
            return true;
        }

        @Override
        public void receive(Pipe.Parcel parcel) {
            try {
                if (parcel.spoiled()) {
                    throw new MalformedMessageException("the transport finds a damaged message");
                }
                List<OfferedRecord> offers = session.receive(ReconcileRequest.parseFrom(parcel.bytes()));
                if (!offers.isEmpty()) {
                    admission.accept(offers, this);
                }
            } catch (InvalidProtocolBufferException | MalformedMessageException | StaleCursorException e) {
                throw new RefusedException(e);
            }
        }

        @Override
        public byte @Nullable [] next() {
            ReconcileReply reply = session.next();
            return reply == null ? null : reply.toByteArray();
        }

        @Override
        public boolean isOver() {
            return over;
        }

        void admitted(List<Recovered> outcomes) {
            session.admitted(outcomes);
        }

        void end() {
            over = true;
        }
    }

    /** A download. */
    static final class Download implements Endpoint {

        private final RelayDownload session;

        Download(RelayDownload session) {
            this.session = session;
        }

        @Override
        public boolean canTake() {
            return true;
        }

        @Override
        public void receive(Pipe.Parcel parcel) {
            try {
                if (parcel.spoiled()) {
                    throw new MalformedMessageException("the transport finds a damaged message");
                }
                session.receive(DownloadRequest.parseFrom(parcel.bytes()));
            } catch (InvalidProtocolBufferException | MalformedMessageException | StaleCursorException e) {
                throw new RefusedException(e);
            }
        }

        @Override
        public byte @Nullable [] next() {
            DownloadReply reply = session.next();
            return reply == null ? null : reply.toByteArray();
        }

        @Override
        public boolean isOver() {
            return session.isDone();
        }
    }
}
