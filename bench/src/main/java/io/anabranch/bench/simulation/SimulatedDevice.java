package io.anabranch.bench.simulation;

import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.Page;
import io.anabranch.proto.UploadReply;
import io.anabranch.replica.identity.CommitKey;
import io.anabranch.replica.session.Downloader;
import io.anabranch.replica.session.Uploader;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.storage.MemoryStorage;

/** A device: production's state and sessions over a disk that can crash and a clock that can be wrong. */
final class SimulatedDevice implements History.Sight {

    private final World world;
    private final int number;
    private final long replica;
    private final CommitKey key;
    private final SimulatedClock clock;
    private final FirstFilling filling;
    private MemoryStorage storage = new MemoryStorage(ReplicaFamilies.all());
    private ReplicaState state;
    private Uploader uploader;
    private DeviceEnd<UploadReply> uploadEnd;
    private DeviceEnd<DownloadReply> downloadEnd;
    private boolean uploadConnected;
    private boolean downloadConnected;
    private long pausedUntilTick;
    private boolean baseChanged;

    SimulatedDevice(World world, int number, long clockOffsetMillis) {
        this.world = world;
        this.number = number;
        this.replica = world.random().nextLong();
        byte[] seed = new byte[CommitKey.SEED_SIZE];
        world.random().nextBytes(seed);
        this.key = CommitKey.ofSeed(seed);
        this.clock = new SimulatedClock(world, clockOffsetMillis);
        this.filling = new FirstFilling();
        this.state = new ReplicaState(storage, replica, key::sign, clock);
        this.uploader = new Uploader(state);
        this.uploadEnd = newUploadEnd();
        this.downloadEnd = newDownloadEnd();
    }

    @Override
    public long replica() {
        return replica;
    }

    /** The sequence whose state the base of a record has. */
    @Override
    public long sequence(String recordKey) {
        return isFilled() ? state.appliedPosition().sequence() : filling.sequence(recordKey);
    }

    World world() {
        return world;
    }

    /** Whether it is time to show a copy of it damaged bytes. */
    boolean isProbed() {
        return world.chance(0.03);
    }

    byte[] publicKey() {
        return key.publicKey();
    }

    ReplicaState state() {
        return state;
    }

    MemoryStorage storage() {
        return storage;
    }

    SimulatedClock clock() {
        return clock;
    }

    Endpoint uploadEnd() {
        return uploadEnd;
    }

    Endpoint downloadEnd() {
        return downloadEnd;
    }

    boolean isDrained() {
        return uploader.isDrained();
    }

    /** Whether the base has been consistent once. */
    boolean isFilled() {
        return filling.isOver();
    }

    boolean mayDial(long tick) {
        return tick >= pausedUntilTick;
    }

    void pauseUntil(long tick) {
        pausedUntilTick = Math.max(pausedUntilTick, tick);
    }

    void wake() {
        pausedUntilTick = 0;
    }

    boolean isConnected(boolean upload) {
        return upload ? uploadConnected : downloadConnected;
    }

    void connected(boolean upload, boolean now) {
        if (now) {
            (upload ? uploadEnd : downloadEnd).open();
        }
        if (upload) {
            uploadConnected = now;
        } else {
            downloadConnected = now;
        }
    }

    /** The power fails; the device starts again from what its disk has. */
    void crash() {
        storage = storage.crash(world.random());
        state = new ReplicaState(storage, replica, key::sign, clock);
        uploader = new Uploader(state);
        uploadEnd = newUploadEnd();
        downloadEnd = newDownloadEnd();
        filling.recover(state.cursor());
        baseChanged = true;
    }

    /** Whether the base has changed since this was last asked. */
    boolean takeBaseChanged() {
        boolean changed = baseChanged;
        baseChanged = false;
        return changed;
    }

    @Override
    public String toString() {
        return "device " + number;
    }

    private void tell(Page page) {
        world.say(
                "%s takes a page %d..%d%s of %s, is at %s",
                this,
                page.getFrom().getSequence(),
                page.getPosition().getSequence(),
                page.getConsistent() ? " consistent" : "",
                FirstFilling.keys(page),
                state.appliedPosition());
    }

    private DeviceEnd<UploadReply> newUploadEnd() {
        return new DeviceEnd<>(this, uploader, UploadReply.parser(), (reply, parcel) -> {});
    }

    private DeviceEnd<DownloadReply> newDownloadEnd() {
        return new DeviceEnd<>(this, new Downloader(state), DownloadReply.parser(), this::taken);
    }

    private void taken(DownloadReply reply, Pipe.Parcel parcel) {
        baseChanged = true;
        if (!reply.hasPage()) {
            return;
        }
        if (world.isTraced()) {
            tell(reply.getPage());
        }
        if (!isFilled()) {
            filling.page(reply.getPage(), parcel.relaySequence(), state.cursor());
        }
    }
}
