package io.anabranch.bench.simulation;

import io.anabranch.crdt.Record;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.Page;
import io.anabranch.proto.ReconcileReply;
import io.anabranch.proto.UploadReply;
import io.anabranch.replica.identity.CommitKey;
import io.anabranch.replica.reconcile.ItemHash;
import io.anabranch.replica.session.Downloader;
import io.anabranch.replica.session.Reconciler;
import io.anabranch.replica.session.Uploader;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.storage.MemoryStorage;
import io.anabranch.replica.wire.Positions;
import java.util.EnumSet;
import java.util.Set;

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
    private DeviceEnd<ReconcileReply> reconcileEnd;
    private Downloader downloader;
    private Reconciler reconciler;
    private final Set<Stream.Kind> connected = EnumSet.noneOf(Stream.Kind.class);
    private boolean apart;
    /** Whether its base may be of an order that the relay has lost. */
    private boolean adrift;

    private long restores;
    private long drifts;
    private long downloadIncarnation;
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
        this.downloader = new Downloader(state);
        this.reconciler = newReconciler();
        this.uploadEnd = newUploadEnd();
        this.downloadEnd = newDownloadEnd();
        this.reconcileEnd = newReconcileEnd();
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

    Endpoint end(Stream.Kind kind) {
        return switch (kind) {
            case UPLOAD -> uploadEnd;
            case DOWNLOAD -> downloadEnd;
            case RECONCILE -> reconcileEnd;
        };
    }

    /** Whether it reconciles, and has no other stream. */
    boolean isApart() {
        return apart;
    }

    /** Whether it has to close its streams: it has just learnt that it is apart, or that it is no more. */
    boolean turns() {
        if (!apart && (uploader.isApart() || downloader.isApart())) {
            apart = true;
            adrift = true;
            drifts++;
            reconciler = newReconciler();
            reconcileEnd = newReconcileEnd();
            uploader.open();
            downloader.open();
            return true;
        }
        if (apart && reconciler.isDone()) {
            apart = false;
            return true;
        }
        return false;
    }

    /** The relay has lost what was newest; so this device may be ahead of it, or may still be told of what was lost. */
    void relayRestored() {
        restores++;
        drifts++;
        adrift = true;
    }

    /** Whether its base may be of an order that the relay has lost, so that nothing can be said of it but that it is kept. */
    boolean isAdrift() {
        return adrift;
    }

    void downloadsFrom(long incarnation) {
        downloadIncarnation = incarnation;
    }

    @Override
    public boolean confirmedSees(Save save, String recordKey) {
        if (!adrift) {
            return save.isAcceptedBy(sequence(recordKey));
        }
        byte[] base = state.repairs().base(Draft.key(recordKey));
        // The dots of a rejected save may be in the base too, as what a later one of its author's has overwritten.
        return base != null && save.wasAccepted() && save.isIn(Record.decode(Draft.key(recordKey), base));
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

    boolean isConnected(Stream.Kind kind) {
        return connected.contains(kind);
    }

    void connected(Stream.Kind kind, boolean now) {
        if (now) {
            connected.add(kind);
            switch (kind) {
                case UPLOAD -> uploadEnd.open();
                case DOWNLOAD -> downloadEnd.open();
                case RECONCILE -> reconcileEnd.open();
            }
        } else {
            connected.remove(kind);
        }
    }

    /** The power fails; the device starts again from what its disk has. */
    void crash() {
        storage = storage.crash(world.random());
        state = new ReplicaState(storage, replica, key::sign, clock);
        uploader = new Uploader(state);
        downloader = new Downloader(state);
        reconciler = newReconciler();
        uploadEnd = newUploadEnd();
        downloadEnd = newDownloadEnd();
        reconcileEnd = newReconcileEnd();
        apart = false;
        // It may be where it was before it took the last pages.
        adrift = drifts > 0;
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
        return new DeviceEnd<>(this, downloader, DownloadReply.parser(), this::taken);
    }

    private DeviceEnd<ReconcileReply> newReconcileEnd() {
        return new DeviceEnd<>(this, reconciler, ReconcileReply.parser(), (reply, parcel) -> baseChanged = true);
    }

    private Reconciler newReconciler() {
        return new Reconciler(state, Reconciler.Purpose.RECOVER, () -> {
            byte[] key = new byte[ItemHash.KEY_SIZE];
            world.random().nextBytes(key);
            return key;
        });
    }

    private void taken(DownloadReply reply, Pipe.Parcel parcel) {
        baseChanged = true;
        if (!reply.hasPage()) {
            return;
        }
        if (world.isTraced()) {
            tell(reply.getPage());
        }
        boolean isOfNow = downloadIncarnation == restores && !downloader.isApart();
        boolean isApplied = reply.getPage().getConsistent();
        if (adrift
                && isOfNow
                && isApplied
                && state.appliedPosition().equals(Positions.of(reply.getPage().getPosition()))) {
            adrift = false;
        }
        if (!isFilled()) {
            filling.page(reply.getPage(), parcel.relaySequence(), state.cursor());
        }
    }
}
