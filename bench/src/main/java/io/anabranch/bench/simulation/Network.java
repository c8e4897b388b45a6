package io.anabranch.bench.simulation;

import java.util.ArrayList;
import java.util.List;

/** The streams there are: dials, delivers, and tells the ends of cuts. */
final class Network {

    private static final int NOTICE_TICKS_MAX = 10;
    private static final int REDIAL_TICKS_MAX = 8;

    private final World world;
    private final RelaySide relay;
    private final List<Stream> streams = new ArrayList<>();

    Network(World world, RelaySide relay) {
        this.world = world;
        this.relay = relay;
    }

    List<Stream> streams() {
        return streams;
    }

    /** One tick of a device's traffic; also that of its streams of which only the relay does not know yet that they are cut. */
    void step(SimulatedDevice device) {
        turn(device);
        dial(device);
        for (Stream stream : List.copyOf(streams)) {
            if (stream.device() == device) {
                notice(stream);
                carryUp(stream);
                carryDown(stream);
                if (!stream.isDeviceOpen() && !stream.isRelayOpen()) {
                    streams.remove(stream);
                }
            }
        }
    }

    /** The device's side of all its streams is gone, as after a crash. */
    void deviceLost(SimulatedDevice device) {
        for (Stream stream : streams) {
            if (stream.device() == device && stream.isDeviceOpen()) {
                closeDevice(stream);
                stream.cut(0, noticeTick());
            }
        }
    }

    /** The relay's side of all streams is gone. */
    void relayLost() {
        for (Stream stream : streams) {
            stream.closeRelay();
            stream.cut(noticeTick(), 0);
        }
    }

    long noticeTick() {
        return world.tick() + world.pick(NOTICE_TICKS_MAX);
    }

    private void dial(SimulatedDevice device) {
        if (!device.mayDial(world.tick())) {
            return;
        }
        int window = world.shape().window();
        if (device.isApart()) {
            if (!device.isConnected(Stream.Kind.RECONCILE)) {
                open(new Stream(Stream.Kind.RECONCILE, device, relay.newReconcile(device), window));
            }
            return;
        }
        if (!device.isConnected(Stream.Kind.DOWNLOAD)) {
            device.downloadsFrom(relay.incarnation());
            open(new Stream(Stream.Kind.DOWNLOAD, device, relay.newDownload(device), window));
        }
        if (!device.isConnected(Stream.Kind.UPLOAD) && (!device.isDrained() || world.chance(0.02))) {
            open(new Stream(Stream.Kind.UPLOAD, device, relay.newUpload(device), window));
        }
    }

    /** A device that meets another epoch closes its streams and reconciles; then it closes that, and opens them again. */
    private void turn(SimulatedDevice device) {
        if (!device.turns()) {
            return;
        }
        for (Stream stream : streams) {
            if (stream.device() == device && stream.isDeviceOpen()) {
                closeDevice(stream);
                stream.cut(0, noticeTick());
            }
        }
        world.say("%s %s", device, device.isApart() ? "meets another epoch" : "has reconciled");
    }

    private void open(Stream stream) {
        streams.add(stream);
        stream.device().connected(stream.kind(), true);
        world.say("%s opens", stream);
    }

    private void notice(Stream stream) {
        if (stream.deviceNotices(world.tick())) {
            closeDevice(stream);
        }
        if (stream.relayNotices(world.tick())) {
            stream.closeRelay();
        }
        if (stream.isRelayOpen() && stream.relayEnd().isOver()) {
            RuntimeException refusal = stream.relayEnd().refusal();
            if (refusal != null) {
                refused(stream, "the relay", new Endpoint.RefusedException(refusal));
            }
            stream.closeRelay();
            stream.cut(noticeTick(), 0);
        }
    }

    private void carryUp(Stream stream) {
        if (stream.isDeviceOpen()) {
            pump(stream.deviceEnd(), stream.up(), stream);
        }
        while (stream.isRelayOpen() && stream.relayEnd().canTake()) {
            Pipe.Parcel parcel = stream.up().poll(world.tick());
            if (parcel == null) {
                return;
            }
            try {
                stream.relayEnd().receive(parcel);
            } catch (Endpoint.RefusedException e) {
                refused(stream, "the relay", e);
                stream.closeRelay();
                stream.cut(noticeTick(), 0);
            }
        }
    }

    private void carryDown(Stream stream) {
        if (stream.isRelayOpen()) {
            pump(stream.relayEnd(), stream.down(), stream);
        }
        while (stream.isDeviceOpen()) {
            Pipe.Parcel parcel = stream.down().poll(world.tick());
            if (parcel == null) {
                return;
            }
            try {
                stream.deviceEnd().receive(parcel);
            } catch (Endpoint.RefusedException e) {
                refused(stream, stream.device().toString(), e);
                closeDevice(stream);
                stream.cut(0, noticeTick());
            }
        }
    }

    private void closeDevice(Stream stream) {
        stream.closeDevice();
        int pause = world.isHealed() ? 1 : 1 + world.pick(REDIAL_TICKS_MAX);
        stream.device().connected(stream.kind(), false);
        stream.device().pauseUntil(world.tick() + pause);
        world.say("%s ends", stream);
    }

    private void pump(Endpoint from, Pipe pipe, Stream stream) {
        while (pipe.hasRoom()) {
            byte[] message = from.next();
            if (message == null) {
                return;
            }
            int delay = world.isHealed() ? 0 : world.pick(world.shape().delayTicksMax() + 1);
            long dueTick = stream.isDead() ? Stream.NEVER : world.tick() + delay;
            pipe.send(message, dueTick, relay.headSequence());
        }
    }

    private void refused(Stream stream, String by, Endpoint.RefusedException e) {
        world.say("%s: %s refuses a message: %s", stream, by, e);
        CheckFailure.require(
                stream.isTainted(), "clean streams", "%s: %s refused an untouched message: %s", stream, by, e);
    }
}
