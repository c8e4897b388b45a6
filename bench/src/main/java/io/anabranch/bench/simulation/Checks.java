package io.anabranch.bench.simulation;

import java.util.List;

/** Which invariant is checked when: cheap ones often, those that look at every record after something came from the relay. */
final class Checks {

    private final World world;
    private final Check loss;
    private final Check base;
    private final Check atomic;
    private final Check view;
    private final Check bound;
    private final FinalCheck end;

    Checks(World world, History history, RelayRecorder recorder) {
        this.world = world;
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
        if (device.takeBaseChanged()) {
            atomic.check(device);
            if (world.chance(0.3)) {
                afterCrash(device);
            }
        } else if (world.chance(0.03)) {
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
}
