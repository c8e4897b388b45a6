package io.anabranch.relay.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTest {

    private final ExecutorService pool = Executors.newFixedThreadPool(4);

    @AfterEach
    void end() {
        pool.shutdownNow();
    }

    @Test
    void tasksRunOneAtATimeAndInOrder() throws InterruptedException {
        Lane lane = new Lane(pool, failure -> {});
        List<Integer> ran = new ArrayList<>();
        AtomicInteger running = new AtomicInteger();
        AtomicInteger together = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(10_000);
        for (int i = 0; i < 10_000; i++) {
            int number = i;
            lane.execute(() -> {
                together.accumulateAndGet(running.incrementAndGet(), Math::max);
                ran.add(number);
                running.decrementAndGet();
                done.countDown();
            });
        }
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(together).hasValue(1);
        assertThat(ran).isEqualTo(IntStream.range(0, 10_000).boxed().toList());
    }

    @Test
    void aTaskThatFailsIsToldAndTheNextRuns() throws InterruptedException {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        Lane lane = new Lane(pool, failures::add);
        CountDownLatch done = new CountDownLatch(1);
        lane.execute(() -> {
            throw new IllegalStateException("first");
        });
        lane.execute(done::countDown);
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aBusyLaneGivesThePoolBack() {
        List<Runnable> queued = new ArrayList<>();
        Lane lane = new Lane(queued::add, failure -> {});
        IntStream.range(0, 20).forEach(i -> lane.execute(() -> {}));
        assertThat(queued).hasSize(1);
        queued.remove(0).run();
        assertThat(queued).hasSize(1);
        queued.remove(0).run();
        assertThat(queued).isEmpty();
    }
}
