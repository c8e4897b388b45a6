package io.anabranch.bench.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run: a relay and some devices, users who save, faults of every kind; then everything is mended, and within a bounded time
 * all must be quiet and equal. The seed decides all of it. Uses one thread, which is the caller's; different runs share nothing.
 *
 * <pre>{@code
 * Outcome outcome = Simulation.run(42);
 * if (outcome.isFailure()) {
 *     Simulation.run(42, System.out::println);
 * }
 * }</pre>
 */
public final class Simulation {

    private static final int QUIET_TICKS_MAX = 5_000;

    private final long seed;
    private final World world;
    private final History history;
    private final SimulatedRelay relay;
    private final Network network;
    private final Users users;
    private final Faults faults;
    private final Checks checks;
    private final List<SimulatedDevice> devices = new ArrayList<>();

    private Simulation(long seed, Trace trace, boolean restores) {
        this.seed = seed;
        this.world = new World(seed, trace, restores);
        this.history = new History();
        RelayRecorder recorder = new RelayRecorder(world, history);
        this.relay = new SimulatedRelay(world, recorder, world.shape().restores() ? 0 : Faults.skewMillis(world));
        for (int i = 0; i < world.shape().devices(); i++) {
            devices.add(new SimulatedDevice(world, i, Faults.skewMillis(world)));
        }
        if (world.chance(0.3)) {
            // One that comes when there is a lot already.
            devices.get(0).pauseUntil(world.shape().ticks() / 2);
        }
        this.network = new Network(world, relay);
        this.users = new Users(world, history);
        this.faults = new Faults(world, network, relay, devices);
        this.checks = new Checks(seed, history, recorder);
    }

    /** Runs a seed. */
    public static Outcome run(long seed) {
        return new Simulation(seed, Trace.OFF, false).run();
    }

    /** Runs a seed in which the relay is also set back to backups. */
    public static Outcome runRestoring(long seed, Consumer<String> trace) {
        return new Simulation(seed, Trace.to(trace), true).run();
    }

    /** Runs a seed and tells everything that happens, a line each. */
    public static Outcome run(long seed, Consumer<String> trace) {
        return new Simulation(seed, Trace.to(trace), false).run();
    }

    private Outcome run() {
        world.say("%s", world.shape());
        try {
            live();
            faults.heal();
            world.say("everything is mended");
            settle();
            checks.atTheEnd(relay, devices);
            return outcome(null);
        } catch (CheckFailure failure) {
            world.say("%s", failure);
            return outcome(failure);
        } catch (RuntimeException e) {
            return outcome(new CheckFailure("no crash of our own", e + " at " + firstFrame(e), e));
        }
    }

    private void live() {
        for (int i = 0; i < world.shape().ticks(); i++) {
            world.advance();
            faults.strike();
            act();
            step();
        }
    }

    private void act() {
        if (world.chance(world.shape().saves())) {
            SimulatedDevice device = world.pick(devices);
            users.save(device);
            if (world.chance(world.shape().rates().deviceCrash())) {
                faults.crash(device);
                checks.afterCrash(device);
            }
        }
        if (world.chance(0.1)) {
            users.resolve(world.pick(devices), relay);
        }
        if (world.chance(0.01)) {
            relay.strict(!relay.isStrict());
        }
    }

    private void step() {
        for (SimulatedDevice device : devices) {
            network.step(device);
        }
        relay.step();
        devices.forEach(checks::between);
        relay.requireNothingHeld();
    }

    private void settle() {
        for (int i = 0; i < QUIET_TICKS_MAX; i++) {
            if (isQuiet()) {
                return;
            }
            world.advance();
            devices.forEach(device -> users.resolve(device, relay));
            step();
        }
        for (SimulatedDevice device : devices) {
            world.say(
                    "%s: pending %d, errors %d, at %s, drained %s",
                    device,
                    device.state().pendingCount(),
                    device.state().errorCount(),
                    device.state().appliedPosition(),
                    device.isDrained());
        }
        throw new CheckFailure("forward", "the network is up and not all is quiet after " + QUIET_TICKS_MAX + " ticks");
    }

    private boolean isQuiet() {
        return relay.isIdle() && devices.stream().allMatch(this::isQuiet);
    }

    private boolean isQuiet(SimulatedDevice device) {
        return device.isDrained()
                && !device.isApart()
                && !device.isAdrift()
                && device.state().pendingCount() == 0
                && device.state().errorCount() == 0
                && device.state().appliedPosition().sequence() == relay.headSequence();
    }

    private Outcome outcome(@Nullable CheckFailure failure) {
        return new Outcome(
                seed,
                world.tick(),
                history.count(),
                relay.headSequence(),
                failure == null ? null : failure.check(),
                failure == null ? null : failure.getMessage());
    }

    private static String firstFrame(RuntimeException e) {
        return e.getStackTrace().length == 0 ? "?" : e.getStackTrace()[0].toString();
    }
}
