package io.anabranch.relay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.CommitBatch;
import io.anabranch.proto.UploadHello;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.proto.VerdictRun;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.testkit.CommitMaker;
import io.anabranch.replica.commit.SignedCommits;
import io.anabranch.replica.storage.MemoryStorage;
import io.anabranch.replica.wire.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RelayUploadTest {

    private final RelayStore store =
            KeyValueRelayStore.open(new MemoryStorage(KeyValueRelayStore.FAMILIES), new Random(1));
    private final Admission admission =
            new Admission(store, AdmissionLimits.DEFAULT, AdmissionRule.ACCEPT_ALL, () -> CommitMaker.NOW);
    private final CommitMaker ann = new CommitMaker(7);
    private final RelayUpload upload = upload();

    @Test
    void aHelloIsAnsweredWithTheNextNumberAndTheTime() {
        assertThat(upload.receive(hello(1))).isEmpty();
        UploadReply welcome = next(upload);
        assertThat(welcome.getWelcome().getNextSeq()).isEqualTo(1);
        assertThat(welcome.getWelcome().getRelayMillis()).isEqualTo(CommitMaker.NOW);
        assertThat(welcome.getWelcome().getVerdicts().getRunsList()).isEmpty();
        assertThat(upload.next()).isNull();
    }

    @Test
    void aBatchIsHandedOnAndItsVerdictsGoBack() {
        upload.receive(hello(1));
        next(upload);
        SignedCommits received = upload.receive(batch(3)).orElseThrow().commits();
        assertThat(received.endSeq()).isEqualTo(4);
        assertThat(upload.next()).isNull();
        upload.judged(admit(received));
        List<VerdictRun> runs = next(upload).getVerdicts().getRunsList();
        assertThat(runs).hasSize(1);
        assertThat(runs.get(0).getCount()).isEqualTo(3);
        assertThat(runs.get(0).getAccepted().getSequence()).isEqualTo(1);
        assertThat(upload.next()).isNull();
    }

    @Test
    void verdictsThatTheDeviceMissedAreRepeatedInPortions() {
        upload.receive(hello(1));
        for (int i = 0; i < 5; i++) {
            admit(upload.receive(batch(2)).orElseThrow().commits());
            CommitMaker other = new CommitMaker(90 + i);
            admit(SignedCommits.of(other.batch(List.of(created(other, "o" + i))).toMessage()), other);
        }
        RelayUpload again = upload();
        again.receive(hello(2));
        assertThat(next(again).getWelcome().getNextSeq()).isEqualTo(11);
        List<Long> firsts = new ArrayList<>();
        for (UploadReply reply = again.next(); reply != null; reply = again.next()) {
            assertThat(reply.getVerdicts().getRunsCount()).isLessThanOrEqualTo(2);
            reply.getVerdicts().getRunsList().forEach(run -> firsts.add(run.getFirstSeq()));
        }
        assertThat(firsts).containsExactly(5L, 7L, 9L);
    }

    @Test
    void aDeviceThatIsAheadOfARestoredRelayIsWelcome() {
        upload.receive(hello(50));
        assertThat(next(upload).getWelcome().getNextSeq()).isEqualTo(1);
        assertThat(upload.next()).isNull();
    }

    @Test
    void whatIsOutOfTurnEndsTheStream() {
        assertMalformed(batch(1));
        assertMalformed(UploadRequest.getDefaultInstance());
        assertMalformed(hello(0));
        assertMalformed(UploadRequest.newBuilder()
                .setHello(UploadHello.newBuilder().setProtocol(99).setFirstUnjudgedSeq(1))
                .build());
        upload.receive(hello(1));
        assertMalformed(hello(1));
        assertMalformed(UploadRequest.newBuilder()
                .setBatch(CommitBatch.getDefaultInstance())
                .build());
    }

    @Test
    void commitsOfAReplicaThatNobodyKnowsAreRefusedAndTheStreamGoesOn() {
        upload.receive(hello(1));
        next(upload);
        CommitMaker other = new CommitMaker(8);
        assertThat(upload.receive(UploadRequest.newBuilder()
                        .setBatch(other.batch(List.of(created(other, "x"))).toMessage())
                        .build()))
                .isEmpty();
        UploadReply reply = next(upload);
        assertThat(reply.getCarried().getRefused()).isTrue();
        assertThat(reply.getCarried().getReplica()).isEqualTo(8);
        assertThat(upload.receive(batch(1))).isPresent();
    }

    private RelayUpload upload() {
        return new RelayUpload(ann.author(), store, () -> CommitMaker.NOW, Carriage.NONE, 2);
    }

    private List<io.anabranch.relay.store.VerdictRun> admit(SignedCommits commits) {
        return admit(commits, ann);
    }

    private List<io.anabranch.relay.store.VerdictRun> admit(SignedCommits commits, CommitMaker maker) {
        try (Round round = admission.begin()) {
            List<io.anabranch.relay.store.VerdictRun> runs =
                    round.admit(VerifiedCommits.verify(commits, maker.author()));
            round.append();
            return runs;
        }
    }

    private UploadRequest batch(int commitCount) {
        List<Record> deltas = new ArrayList<>();
        for (int i = 0; i < commitCount; i++) {
            deltas.add(created(ann, "a" + (ann.nextSeq() + i)));
        }
        return UploadRequest.newBuilder()
                .setBatch(ann.batch(deltas).toMessage())
                .build();
    }

    private static Record created(CommitMaker maker, String id) {
        Record nothing = Record.empty(new RecordKey("account", id));
        return maker.delta(nothing, edit -> edit.set("name", Value.of("Harbour")));
    }

    private static UploadRequest hello(long firstUnjudgedSeq) {
        return UploadRequest.newBuilder()
                .setHello(UploadHello.newBuilder().setProtocol(1).setFirstUnjudgedSeq(firstUnjudgedSeq))
                .build();
    }

    private static UploadReply next(RelayUpload upload) {
        return Objects.requireNonNull(upload.next());
    }

    private void assertMalformed(UploadRequest request) {
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> upload.receive(request));
    }
}
