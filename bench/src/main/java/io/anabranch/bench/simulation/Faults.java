package io.anabranch.bench.simulation;

import java.util.List;

/** What breaks, and when: one decision of each kind a tick, at the rates of the run's shape. */
final class Faults {

    private static final int OFFLINE_TICKS_MAX = 80;
    private static final int STUCK_TICKS_MAX = 60;
    private static final int UNNOTICED_TICKS_MAX = 200;
    private static final int TAINTED_TICKS_MAX = 30;

    private final World world;
    private final Network network;
    private final RelaySide relay;
    private final List<SimulatedDevice> devices;

    Faults(World world, Network network, RelaySide relay, List<SimulatedDevice> devices) {
        this.world = world;
        this.network = network;
        this.relay = relay;
        this.devices = devices;
    }

    /** How wrong a clock is at first: mostly little, sometimes hours, rarely by years. */
    static long skewMillis(World world) {
        long minute = 60_000;
        if (world.shape().restores()) {
            return -minute * world.pick(20);
        }
        return switch (world.pick(10)) {
            case 0 -> 60 * minute * (world.pick(48) - 24);
            case 1 -> (world.chance(0.5) ? -1 : 1) * 3L * 365 * 24 * 60 * minute;
            case 2, 3, 4 -> minute * (world.pick(40) - 20);
            default -> world.pick(1_500);
        };
    }

    /** The network, the clocks and the disks for one tick. */
    void strike() {
        Shape.Rates rates = world.shape().rates();
        if (world.chance(rates.cut())) {
            cutOne();
        }
        if (world.chance(rates.offline())) {
            goOffline(world.pick(devices));
        }
        if (world.chance(rates.adversary())) {
            interfere();
        }
        if (world.chance(rates.slow())) {
            stick();
        }
        if (world.chance(rates.clockJump())) {
            jump();
        }
        if (world.chance(rates.deviceCrash())) {
            crash(world.pick(devices));
        }
        if (world.chance(rates.relayCrash())) {
            crashRelay();
        }
        if (world.shape().restores()) {
            if (world.chance(2 * rates.relayRestore())) {
                relay.backUp();
            }
            if (world.chance(rates.relayRestore())) {
                restoreRelay();
            }
        }
    }

    /** A device's power fails, sometimes twice in a row. */
    void crash(SimulatedDevice device) {
        do {
            world.say("%s crashes", device);
            network.deviceLost(device);
            device.crash();
        } while (world.chance(0.2));
    }

    /** Everything that was broken and is not noticed yet comes to light. */
    void heal() {
        world.heal();
        for (Stream stream : network.streams()) {
            if (stream.isDead() || stream.isTainted()) {
                stream.cut(world.tick(), world.tick());
            }
            stream.up().stickUntil(0);
            stream.down().stickUntil(0);
        }
        devices.forEach(SimulatedDevice::wake);
    }

    private void crashRelay() {
        do {
            world.say("the relay crashes");
            network.relayLost();
            relay.crash(world.chance(0.3));
        } while (world.chance(0.2));
    }

    /** Sometimes it is the same backup twice. */
    private void restoreRelay() {
        do {
            network.relayLost();
            relay.restore();
            devices.forEach(SimulatedDevice::relayRestored);
        } while (world.chance(0.2));
    }

    private void cutOne() {
        if (!network.streams().isEmpty()) {
            cut(world.pick(network.streams()));
        }
    }

    private void cut(Stream stream) {
        boolean deviceSleeps = world.chance(0.1);
        boolean relaySleeps = world.chance(0.2);
        stream.cut(noticeTick(deviceSleeps), noticeTick(relaySleeps));
        if (world.chance(0.5)) {
            stream.up().lose();
        }
        if (world.chance(0.5)) {
            stream.down().lose();
        }
        world.say("%s is cut", stream);
    }

    private long noticeTick(boolean sleeps) {
        return sleeps ? world.tick() + world.pick(UNNOTICED_TICKS_MAX) : network.noticeTick();
    }

    private void goOffline(SimulatedDevice device) {
        network.streams().stream().filter(stream -> stream.device() == device).forEach(this::cut);
        device.pauseUntil(world.tick() + world.pick(OFFLINE_TICKS_MAX));
        world.say("%s goes offline", device);
    }

    private void stick() {
        if (!network.streams().isEmpty()) {
            Stream stream = world.pick(network.streams());
            pipe(stream).stickUntil(world.tick() + world.pick(STUCK_TICKS_MAX));
            world.say("%s is stuck", stream);
        }
    }

    private void interfere() {
        if (network.streams().isEmpty()) {
            return;
        }
        Stream stream = world.pick(network.streams());
        Pipe pipe = pipe(stream);
        int way = Math.min(3, world.pick(6));
        boolean done = switch (way) {
            case 0 -> pipe.repeatOne(world);
            case 1 -> pipe.swapTwo(world);
            case 2 -> pipe.loseOne(world);
            default -> pipe.spoilOne(world);
        };
        if (done) {
            world.say(
                    "%s: someone %s a message",
                    stream, List.of("repeats", "reorders", "takes", "damages").get(way));
            if (!stream.isTainted()) {
                stream.taint();
                stream.endBy(world.tick() + 1 + world.pick(TAINTED_TICKS_MAX));
            }
        }
    }

    private void jump() {
        SimulatedClock clock =
                world.chance(0.3) ? relay.clock() : world.pick(devices).clock();
        long millis = skewMillis(world) * (world.chance(0.5) ? 1 : -1);
        clock.jump(millis);
        world.say("a clock jumps by %d s", millis / 1000);
    }

    private Pipe pipe(Stream stream) {
        return world.chance(0.5) ? stream.up() : stream.down();
    }
}
