package io.anabranch.relay.server.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.admission.Early;
import io.anabranch.relay.admission.GapException;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.relay.testkit.CommitMaker;
import io.anabranch.replica.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SequencerTest {

    private static final SequencerLimits TWO_WAIT = new SequencerLimits(2, 1_000, 1_000, 1_000);

    private final CountDownLatch mayJudge = new CountDownLatch(1);
    private final CountDownLatch judging = new CountDownLatch(1);
    private final CommitMaker maker = new CommitMaker(7);
    private final List<Integer> rounds = new ArrayList<>();

    private KeyValueRelayStore store;
    private Sequencer sequencer;

    @BeforeEach
    void start() {
        store = KeyValueRelayStore.open(new MemoryStorage(KeyValueRelayStore.FAMILIES), new Random(1));
        AdmissionRule slow = (author, before, after, delta) -> {
            judging.countDown();
            await(mayJudge);
            return AdmissionRule.ACCEPT_ALL.judge(author, before, after, delta);
        };
        sequencer = new Sequencer(
                new Admission(store, AdmissionLimits.DEFAULT, slow, () -> CommitMaker.NOW),
                TWO_WAIT,
                new SequencerEvents() {
                    @Override
                    public void verdicts(List<VerdictRun> runs) {}

                    @Override
                    public void round(int batches, int commits, long appendNanos) {
                        rounds.add(batches);
                    }
                });
        sequencer.start();
    }

    @AfterEach
    void close() {
        mayJudge.countDown();
        sequencer.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private VerifiedCommits commit() {
        Record view = Record.empty(new RecordKey("account", "a" + maker.nextSeq()));
        return maker.commit(maker.delta(view, edit -> edit.set("name", new Value.Text("x"))));
    }

    private static Submission submission(VerifiedCommits commits, CompletableFuture<List<VerdictRun>> outcome) {
        return new Submission(commits, 400, new Submission.Outcome() {
            @Override
            public void judged(List<VerdictRun> verdicts, Optional<Early> early) {
                outcome.complete(verdicts);
            }

            @Override
            public void failed(RuntimeException why) {
                outcome.completeExceptionally(why);
            }
        });
    }

    private CompletableFuture<List<VerdictRun>> offer(VerifiedCommits commits) {
        CompletableFuture<List<VerdictRun>> outcome = new CompletableFuture<>();
        assertThat(sequencer.offer(submission(commits, outcome))).isTrue();
        return outcome;
    }

    private static Throwable failure(CompletableFuture<?> outcome) throws Exception {
        return outcome.handle((verdicts, failure) -> Objects.requireNonNull(failure, "it did not fail"))
                .get(20, TimeUnit.SECONDS);
    }

    @Test
    void whatWaitsIsBoundedAndSharesARound() throws Exception {
        CompletableFuture<List<VerdictRun>> first = offer(commit());
        await(judging);
        CompletableFuture<List<VerdictRun>> second = offer(commit());
        CompletableFuture<List<VerdictRun>> third = offer(commit());
        VerifiedCommits fourth = commit();
        assertThat(sequencer.offer(submission(fourth, new CompletableFuture<>())))
                .isFalse();
        CountDownLatch room = new CountDownLatch(1);
        sequencer.whenRoom(room::countDown);
        assertThat(room.getCount()).isEqualTo(1);
        mayJudge.countDown();
        await(room);
        offer(fourth).get(20, TimeUnit.SECONDS);
        assertThat(first.get().get(0).firstSeq()).isEqualTo(1);
        assertThat(second.get().get(0).firstSeq()).isEqualTo(2);
        assertThat(third.get().get(0).firstSeq()).isEqualTo(3);
        assertThat(store.head().sequence()).isEqualTo(4);
        sequencer.close();
        assertThat(rounds).startsWith(1, 2);
    }

    @Test
    void aRefusedBatchFailsAloneAndTheOthersOfItsRoundAreJudged() throws Exception {
        mayJudge.countDown();
        VerifiedCommits first = commit();
        VerifiedCommits second = commit();
        assertThat(failure(offer(second))).isInstanceOf(GapException.class);
        assertThat(offer(first).get(20, TimeUnit.SECONDS)).hasSize(1);
        assertThat(sequencer.isAlive()).isTrue();
    }

    @Test
    void whenTheStoreFailsItStopsAndSaysSoToAll() throws Exception {
        CompletableFuture<List<VerdictRun>> first = offer(commit());
        await(judging);
        CompletableFuture<List<VerdictRun>> second = offer(commit());
        store.close();
        mayJudge.countDown();
        assertThat(failure(first)).isInstanceOf(IllegalStateException.class);
        assertThat(failure(second)).isInstanceOf(IllegalStateException.class);
        assertThat(sequencer.isAlive()).isFalse();
        assertThat(failure(offer(commit()))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatWaitsWhenItIsClosedIsToldSo() throws Exception {
        CompletableFuture<List<VerdictRun>> first = offer(commit());
        await(judging);
        CompletableFuture<List<VerdictRun>> second = offer(commit());
        Thread closing = new Thread(sequencer::close);
        closing.start();
        assertThat(failure(offerUntilOver())).isInstanceOf(SequencerStoppedException.class);
        mayJudge.countDown();
        closing.join(20_000);
        assertThat(first.get(20, TimeUnit.SECONDS)).hasSize(1);
        assertThat(failure(second)).isInstanceOf(SequencerStoppedException.class);
    }

    private CompletableFuture<List<VerdictRun>> offerUntilOver() {
        while (sequencer.isAlive()) {
            Thread.onSpinWait();
        }
        return offer(commit());
    }
}
