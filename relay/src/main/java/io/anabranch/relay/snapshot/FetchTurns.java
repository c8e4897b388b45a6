package io.anabranch.relay.snapshot;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who may fetch a segment now: so many at a time, and not more than a few of them for one device; the others in the order they came. Thread-safe. */
public final class FetchTurns {

    private final int countMax;
    private final int perDeviceMax;
    private final Map<Long, Integer> running = new HashMap<>();
    private final Set<Turn> waiting = new LinkedHashSet<>();
    private int count;

    /** With these limits. */
    public FetchTurns(SnapshotLimits limits) {
        this.countMax = limits.fetchesMax();
        this.perDeviceMax = limits.fetchesPerDeviceMax();
    }

    /** A place among those who fetch, or in the queue. */
    public static final class Turn {
        private final long replica;
        private final Runnable begins;
        private boolean runs;

        private Turn(long replica, Runnable begins) {
            this.replica = replica;
            this.begins = begins;
        }
    }

    /**
     * Asks for a turn.
     *
     * @param begins called when it begins, perhaps at once; must return at once
     */
    public Turn ask(long replica, Runnable begins) {
        Turn turn = new Turn(replica, begins);
        synchronized (this) {
            waiting.add(turn);
        }
        begin();
        return turn;
    }

    /** Gives a turn back, had or not. Giving it back again does nothing. */
    public void end(Turn turn) {
        synchronized (this) {
            waiting.remove(turn);
            if (turn.runs) {
                turn.runs = false;
                count--;
                running.computeIfPresent(turn.replica, (replica, had) -> had == 1 ? null : had - 1);
            }
        }
        begin();
    }

    private void begin() {
        List<Turn> begun = new ArrayList<>();
        synchronized (this) {
            Iterator<Turn> next = waiting.iterator();
            while (count < countMax && next.hasNext()) {
                Turn turn = next.next();
                if (running.getOrDefault(turn.replica, 0) < perDeviceMax) {
                    next.remove();
                    turn.runs = true;
                    count++;
                    running.merge(turn.replica, 1, Integer::sum);
                    begun.add(turn);
                }
            }
        }
        begun.forEach(turn -> turn.begins.run());
    }
}
