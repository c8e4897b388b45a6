package io.anabranch.bench.simulation;

/** One connection's stream between a device and the relay. Each end learns in its own time that it is cut. */
final class Stream {

    static final long NEVER = Long.MAX_VALUE;

    private final Kind kind;
    private final SimulatedDevice device;
    private final Endpoint relayEnd;
    private final Pipe up;
    private final Pipe down;
    private boolean deviceOpen = true;
    private boolean relayOpen = true;
    private long deviceEndsAtTick = NEVER;
    private long relayEndsAtTick = NEVER;
    private boolean dead;
    private boolean tainted;

    /** What it is for. */
    enum Kind {
        UPLOAD("up"),
        DOWNLOAD("down"),
        RECONCILE("reconcile");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    Stream(Kind kind, SimulatedDevice device, Endpoint relayEnd, int window) {
        this.kind = kind;
        this.device = device;
        this.relayEnd = relayEnd;
        this.up = new Pipe(window);
        this.down = new Pipe(window);
    }

    Kind kind() {
        return kind;
    }

    SimulatedDevice device() {
        return device;
    }

    Endpoint deviceEnd() {
        return device.end(kind);
    }

    Endpoint relayEnd() {
        return relayEnd;
    }

    Pipe up() {
        return up;
    }

    Pipe down() {
        return down;
    }

    boolean isDeviceOpen() {
        return deviceOpen;
    }

    boolean isRelayOpen() {
        return relayOpen;
    }

    /** Whether someone has interfered with its messages, so that an end may refuse one. */
    boolean isTainted() {
        return tainted;
    }

    void taint() {
        tainted = true;
    }

    /** Whether nothing sent from now on arrives. */
    boolean isDead() {
        return dead;
    }

    /** Cuts it: the ends notice when they do. */
    void cut(long deviceTick, long relayTick) {
        dead = true;
        deviceEndsAtTick = Math.min(deviceEndsAtTick, deviceTick);
        relayEndsAtTick = Math.min(relayEndsAtTick, relayTick);
    }

    /** Both ends close it at a tick, without it being cut before. */
    void endBy(long tick) {
        deviceEndsAtTick = Math.min(deviceEndsAtTick, tick);
        relayEndsAtTick = Math.min(relayEndsAtTick, tick);
    }

    boolean deviceNotices(long tick) {
        return deviceOpen && tick >= deviceEndsAtTick;
    }

    boolean relayNotices(long tick) {
        return relayOpen && tick >= relayEndsAtTick;
    }

    void closeDevice() {
        deviceOpen = false;
    }

    void closeRelay() {
        relayOpen = false;
    }

    @Override
    public String toString() {
        return device + " " + kind.text;
    }
}
