package io.anabranch.relay.server;

import io.anabranch.relay.admission.Round;
import io.anabranch.relay.admission.Rounds;
import io.anabranch.relay.scope.ScopeEngine;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has rounds do what scopes ask for beside commits: what time has come for, and what new rules need. While there is something to do,
 * each round does a slot's worth after its commits, so uploads go on at a somewhat slower pace; otherwise it looks some times a second.
 *
 * <p>Has a thread of its own, which ends when this is closed or the sequencer stops.
 */
final class ScopeKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ScopeKeeper.class);
    private static final long LOOK_MILLIS = 200;

    private final RelayStore store;
    private final ScopeEngine scopes;
    private final Rounds rounds;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "scope-keeper");

    /** Starts at once. */
    ScopeKeeper(RelayStore store, ScopeEngine scopes, Rounds rounds) {
        this.store = store;
        this.scopes = scopes;
        this.rounds = rounds;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!isClosed(isWorkDue() ? 0 : LOOK_MILLIS)) {
                if (isWorkDue()) {
                    rounds.perform(ScopeKeeper::maintained);
                }
            }
        } catch (RuntimeException e) {
            if (!isClosed(0)) {
                LOG.error("Scopes are no longer kept up to date with time and new rules; start the relay again.", e);
            }
        }
    }

    private static boolean maintained(Round round) {
        round.maintain();
        return true;
    }

    private boolean isWorkDue() {
        try (RelayView view = store.view()) {
            return scopes.isWorkDue(view);
        }
    }

    private boolean isClosed(long waitMillis) {
        try {
            return closed.await(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    @Override
    public void close() {
        closed.countDown();
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
}
