package io.anabranch.bench.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** Which invariant is checked when: cheap ones often, those that look at every record after something came from the relay. */
final class Checks {

    private static final double MANY_RECORDS = 30;

    /** Its own, so that looking more or less often changes nothing of what happens. */
    private final SplittableRandom random;

    private final History history;
    private final Check loss;
    private final Check base;
    private final Check atomic;
    private final Check view;
    private final Check bound;
    private final FinalCheck end;

    Checks(long seed, History history, RelayRecorder recorder) {
        this.random = new SplittableRandom(~seed);
        this.history = history;
        this.loss = new LossCheck(history);
        this.base = new BaseCheck(recorder);
        this.atomic = new AtomicCheck(history);
        this.view = new ViewCheck(history);
        this.bound = new BoundCheck(history);
        this.end = new FinalCheck(history, recorder);
    }

    /** A device has started again. */
    void afterCrash(SimulatedDevice device) {
        loss.check(device);
        base.check(device);
        view.check(device);
        bound.check(device);
    }

    /** Nothing is under way on the device. */
    void between(SimulatedDevice device) {
        // A large run has many pages and many records, so it looks less often at all of them.
        double often = Math.min(1, MANY_RECORDS / (1.0 + history.keys().size()));
        if (device.takeBaseChanged()) {
            if (chance(often)) {
                atomic.check(device);
            }
            if (chance(0.3 * often)) {
                afterCrash(device);
            }
        } else if (chance(0.03 * often)) {
            loss.check(device);
            view.check(device);
        }
    }

    /** All is quiet. */
    void atTheEnd(SimulatedRelay relay, List<SimulatedDevice> devices) {
        end.check(relay, devices);
        devices.forEach(this::afterCrash);
        devices.forEach(atomic::check);
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }
}
