package io.anabranch.relay.server.sequencer;

import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.Early;
import io.anabranch.relay.admission.RefusedBatchException;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.admission.Rounds;
import io.anabranch.relay.store.VerdictRun;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes batches from all uploads and has them admitted, in the order they come, on one thread.
 *
 * <p>All that waits makes one round, up to a limit: while a round is synced the next one gathers, so the busier the relay is,
 * the more commits share a sync. What waits is bounded: {@link #offer} says no when it is full, and {@link #whenRoom} calls
 * back. If the store fails, the sequencer stops, tells everyone who waits, and refuses the rest; the relay has to be
 * started again.
 *
 * <p>Thread-safe; no method waits but {@link #perform} and {@link #close}.
 */
public final class Sequencer implements Rounds, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);

    private final Admission admission;
    private final SequencerLimits limits;
    private final SequencerEvents events;
    private final Thread thread = new Thread(this::run, "sequencer");
    private final Queue<Submission> waiting = new ArrayDeque<>();
    private final Queue<Work<?>> works = new ArrayDeque<>();
    private final List<Runnable> wantRoom = new ArrayList<>();
    private long waitingSize;
    private boolean closing;
    private @Nullable RuntimeException failure;

    /** A sequencer that runs until it is closed. */
    public Sequencer(Admission admission, SequencerLimits limits, SequencerEvents events) {
        this.admission = admission;
        this.limits = limits;
        this.events = events;
    }

    /** Starts its thread. */
    public void start() {
        thread.start();
    }

    /**
     * Takes a batch, unless it is full. A batch that is larger than the limit is taken when nothing else waits.
     *
     * @return whether it was taken; if so, its outcome is told, also if the sequencer has stopped or stops
     */
    public boolean offer(Submission submission) {
        synchronized (waiting) {
            if (isOver()) {
                submission.outcome().failed(stopped());
                return true;
            }
            boolean full = waiting.size() >= limits.waitingBatchesMax()
                    || (!waiting.isEmpty() && waitingSize + submission.size() > limits.waitingSizeMax());
            if (!full) {
                waiting.add(submission);
                waitingSize += submission.size();
                waiting.notifyAll();
            }
            return !full;
        }
    }

    /**
     * Has work done in a round, after the batches of that round.
     *
     * @throws SequencerStoppedException if the sequencer stops before
     */
    @Override
    public <T> T perform(Function<Round, T> work) {
        Work<T> own = new Work<>(work);
        synchronized (waiting) {
            if (isOver()) {
                throw stopped();
            }
            works.add(own);
            waiting.notifyAll();
        }
        return own.await();
    }

    /** Calls back once when something that waited has gone; on the sequencer's thread or this one. */
    public void whenRoom(Runnable hint) {
        synchronized (waiting) {
            if (!isOver() && !waiting.isEmpty()) {
                wantRoom.add(hint);
                return;
            }
        }
        hint.run();
    }

    /** Whether it takes batches and stores them. */
    public boolean isAlive() {
        synchronized (waiting) {
            return !isOver() && thread.isAlive();
        }
    }

    /** How many batches wait. */
    public int waitingBatches() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    private boolean isOver() {
        return closing || failure != null;
    }

    private RuntimeException stopped() {
        return failure == null ? new SequencerStoppedException("the relay is stopping") : failure;
    }

    /** Takes no more, stores the round that is under way, and waits for it. What waits beyond it is told that it failed. */
    @Override
    public void close() {
        synchronized (waiting) {
            closing = true;
            waiting.notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        for (Turn turn = take(); !turn.isEmpty(); turn = take()) {
            round(turn);
        }
        List<Runnable> hints;
        Turn left;
        RuntimeException why;
        synchronized (waiting) {
            left = new Turn(new ArrayList<>(waiting), new ArrayList<>(works));
            waiting.clear();
            works.clear();
            hints = List.copyOf(wantRoom);
            wantRoom.clear();
            why = stopped();
        }
        left.failed(why);
        hints.forEach(Runnable::run);
    }

    /** What is done in one round. */
    private record Turn(List<Submission> batches, List<Work<?>> works) {

        private boolean isEmpty() {
            return batches.isEmpty() && works.isEmpty();
        }

        private void failed(RuntimeException why) {
            batches.forEach(submission -> submission.outcome().failed(why));
            works.forEach(work -> work.failed(why));
        }
    }

    /** What waits, up to a round; empty when it is over. */
    private Turn take() {
        Turn taken = new Turn(new ArrayList<>(), new ArrayList<>());
        List<Runnable> hints;
        synchronized (waiting) {
            while (waiting.isEmpty() && works.isEmpty() && !isOver()) {
                await();
            }
            if (isOver()) {
                return taken;
            }
            fill(taken.batches);
            taken.works.addAll(works);
            works.clear();
            hints = List.copyOf(wantRoom);
            wantRoom.clear();
        }
        hints.forEach(Runnable::run);
        return taken;
    }

    private void fill(List<Submission> taken) {
        int commits = 0;
        long size = 0;
        while (!waiting.isEmpty() && commits < limits.roundCommitsMax() && size < limits.roundSizeMax()) {
            Submission next = waiting.remove();
            taken.add(next);
            commits += next.count();
            size += next.size();
        }
        waitingSize -= size;
    }

    private void await() {
        try {
            waiting.wait();
        } catch (InterruptedException e) {
            // Only close ends this thread, and it does not interrupt.
            LOG.warn("The sequencer was interrupted and goes on.");
        }
    }

    private void round(Turn turn) {
        List<Runnable> told = new ArrayList<>();
        try (Round round = admission.begin()) {
            round.read(turn.batches.stream().map(Submission::commits).toList());
            int commits = 0;
            for (Submission submission : turn.batches) {
                told.add(admit(round, submission));
                commits += submission.count();
            }
            turn.works.forEach(work -> told.add(work.perform(round)));
            long started = System.nanoTime();
            round.append();
            events.round(turn.batches.size(), commits, System.nanoTime() - started);
        } catch (RuntimeException e) {
            fail(e);
            turn.failed(e);
            return;
        }
        told.forEach(Runnable::run);
    }

    private Runnable admit(Round round, Submission submission) {
        try {
            List<VerdictRun> verdicts = round.admit(submission.commits());
            Optional<Early> early = round.early(submission.commits());
            return () -> {
                events.verdicts(verdicts);
                submission.outcome().judged(verdicts, early);
            };
        } catch (RefusedBatchException e) {
            return () -> submission.outcome().failed(e);
        }
    }

    private void fail(RuntimeException e) {
        LOG.error("The sequencer has stopped; put right what is wrong and start the relay again.", e);
        synchronized (waiting) {
            failure = e;
        }
    }
}
