package io.anabranch.bench.simulation;

import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.replica.schema.ScopeRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run with scopes: a relay with a configuration, users with devices, administrators who change rules, users, profiles and types,
 * faults. From time to time everyone pauses and everything is mended; then each device must hold just what its user is to have.
 */
final class ScopedRun implements AutoCloseable {

    private static final int QUIET_TICKS_MAX = 3_000;
    private static final int QUIET_TICKS = 12;

    private final long seed;
    private final World world;
    private final ScopedPlan plan;
    private final ScopedRecords rows = new ScopedRecords();
    private final ScopedRelay relay;
    private final ScopedTags tags;
    private final ScopedUsers users;
    private final ScopedChecks checks;
    private final Network network;
    private final Faults faults;
    private final List<SimulatedDevice> devices = new ArrayList<>();

    private ScopedRun(long seed, Trace trace, boolean restores) {
        this.seed = seed;
        this.world = new World(seed, trace, restores);
        this.plan = new ScopedPlan(world);
        this.tags = new ScopedTags(world);
        this.users = new ScopedUsers(world, tags);
        this.checks = new ScopedChecks(seed, new ScopedOracle(plan, rows), users);
        this.relay = new ScopedRelay(world, this::user, this::sent);
        for (int i = 0; i < Math.max(3, world.shape().devices()); i++) {
            devices.add(new SimulatedDevice(world, i, Faults.skewMillis(world)));
        }
        this.network = new Network(world, relay);
        this.faults = new Faults(world, network, relay, devices);
    }

    /** Runs a seed. */
    static Outcome run(long seed) {
        try (ScopedRun run = new ScopedRun(seed, Trace.OFF, false)) {
            return run.run();
        }
    }

    /** Runs a seed and tells everything that happens, a line each. */
    static Outcome run(long seed, Consumer<String> trace) {
        try (ScopedRun run = new ScopedRun(seed, Trace.to(trace), false)) {
            return run.run();
        }
    }

    /** Runs a seed in which the relay is also set back to backups; configuration is never lost by that. */
    static Outcome runRestoring(long seed, Consumer<String> trace) {
        try (ScopedRun run = new ScopedRun(seed, Trace.to(trace), true)) {
            return run.run();
        }
    }

    private Outcome run() {
        try {
            plan.first().forEach(this::configure);
            for (int left = world.pick(6); left > 0; left--) {
                configure(plan.change());
            }
            for (int phases = 3 + world.pick(3); phases > 0; phases--) {
                world.hurt();
                for (int ticks = 20 + world.pick(60); ticks > 0; ticks--) {
                    live();
                }
                faults.heal();
                world.say("everything is mended");
                settle();
                check();
            }
            return outcome(null);
        } catch (CheckFailure failure) {
            world.say("%s", failure);
            return outcome(failure);
        } catch (RuntimeException e) {
            return outcome(new CheckFailure("no crash of our own", e + " at " + List.of(e.getStackTrace()), e));
        }
    }

    private void live() {
        world.advance();
        faults.strike();
        SimulatedDevice device = world.pick(devices);
        if (world.chance(world.shape().saves() + 0.2)) {
            users.save(device);
            if (world.chance(world.shape().rates().deviceCrash())) {
                faults.crash(device);
                checks.nothingIsLost(device, relay);
            }
        }
        if (world.chance(0.1)) {
            users.resolve(world.pick(devices));
        }
        if (world.chance(0.08)) {
            configure(plan.change());
        }
        if (world.chance(0.03)) {
            relay.retry(world.pick(devices));
        }
        if (world.chance(0.03)) {
            merge();
        }
        if (world.chance(0.02)) {
            relay.leap(world.pick(120_000));
        }
        step();
    }

    private void merge() {
        relay.merge().ifPresent(pair -> {
            tags.merged(pair.loser(), pair.survivor());
            // What an administrator has done is not lost by a restore, here.
            relay.backUp();
        });
    }

    private void configure(ScopedPlan.Change change) {
        try {
            Optional<?> position = relay.desk().change(List.of(change.edit()));
            change.accepted().run();
            world.say("configured at %s: %s", position, change.what());
            relay.backUp();
            for (String rule : relay.broken()) {
                configure(plan.without(rule));
            }
        } catch (IllegalArgumentException e) {
            world.say("not configured: %s", e);
        }
    }

    private void step() {
        devices.forEach(network::step);
        relay.step();
        relay.requireNothingHeld();
    }

    private void settle() {
        int quiet = 0;
        for (int i = 0; i < QUIET_TICKS_MAX; i++) {
            quiet = isQuiet() ? quiet + 1 : 0;
            if (quiet == QUIET_TICKS) {
                return;
            }
            world.advance();
            step();
        }
        throw new CheckFailure(
                "forward",
                "not all is quiet after " + QUIET_TICKS_MAX + " ticks: relay idle " + relay.isIdle() + ", head "
                        + relay.headSequence() + ", "
                        + devices.stream()
                                .map(device -> device + " at " + device.state().appliedPosition() + " with "
                                        + device.state().pendingCount())
                                .toList());
    }

    private boolean isQuiet() {
        return relay.isIdle() && devices.stream().allMatch(this::isQuiet);
    }

    private boolean isQuiet(SimulatedDevice device) {
        return device.isDrained()
                && !device.isApart()
                && !device.isAdrift()
                && device.state().pendingCount() == 0
                && device.state().appliedPosition().sequence() == relay.headSequence();
    }

    private void check() {
        List<ScopeRule> meant =
                plan.rules().values().stream().map(ScopedPlan.Rule::rule).toList();
        List<ScopeRule> configured =
                List.copyOf(relay.desk().configuration().rules().values());
        CheckFailure.require(
                Set.copyOf(configured).equals(Set.copyOf(meant)), "configuration", "%s is not %s", configured, meant);
        tags.check(
                ScopedOracle.records(relay.store()),
                checks.accepted(relay),
                world.shape().restores());
        for (SimulatedDevice device : devices) {
            checks.nothingIsLost(device, relay);
            if (!world.shape().restores()) {
                checks.errorsAreKnown(device, relay);
            }
            checks.holdsItsScope(device, user(device), relay);
        }
    }

    private void sent(byte[] reply, String user, ScopeSet set) {
        checks.sent(reply, user, set, relay);
    }

    private String user(SimulatedDevice device) {
        return ScopedPlan.USERS.get(devices.indexOf(device) % ScopedPlan.USERS.size());
    }

    private Outcome outcome(@Nullable CheckFailure failure) {
        return new Outcome(
                seed,
                world.tick(),
                devices.stream().mapToLong(users::acknowledged).sum(),
                relay.headSequence(),
                failure == null ? null : failure.check(),
                failure == null ? null : failure.getMessage());
    }

    @Override
    public void close() {
        rows.close();
    }
}
