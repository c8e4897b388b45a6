package io.anabranch.bench.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.ReconcileReply;
import io.anabranch.replica.session.SyncSession;
import io.anabranch.replica.storage.Snapshot;
import io.anabranch.replica.wire.MalformedMessageException;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A device's end of a stream. A message that its session refuses must have changed nothing. */
final class DeviceEnd<R extends MessageLite> implements Endpoint {

    private final SimulatedDevice device;
    private final SyncSession<? extends MessageLite, R> session;
    private final Parser<R> parser;
    private final BiConsumer<R, Pipe.Parcel> taken;

    /** @param taken told of each message that was taken */
    DeviceEnd(
            SimulatedDevice device,
            SyncSession<? extends MessageLite, R> session,
            Parser<R> parser,
            BiConsumer<R, Pipe.Parcel> taken) {
        this.device = device;
        this.session = session;
        this.parser = parser;
        this.taken = taken;
    }

    void open() {
        session.open();
    }

    @Override
    public boolean canTake() {
        return true;
    }

    @Override
    public void receive(Pipe.Parcel parcel) {
        if (parcel.spoiled()) {
            // Below the session TLS notices, so it never sees this; what it would do is for the probe.
            if (parser != ReconcileReply.parser()) {
                CorruptionProbe.probe(device, parcel.bytes());
            }
            throw new RefusedException(new MalformedMessageException("the transport finds a damaged message"));
        }
        try (Snapshot before = device.storage().snapshot()) {
            take(parcel, before);
        }
    }

    private void take(Pipe.Parcel parcel, Snapshot before) {
        try {
            R message = parser.parseFrom(parcel.bytes());
            if (message instanceof DownloadReply reply && reply.hasPage() && device.isProbed()) {
                CorruptionProbe.probe(device, reply, device.world());
            }
            session.receive(message);
            taken.accept(message, parcel);
        } catch (InvalidProtocolBufferException | MalformedMessageException e) {
            CheckFailure.require(
                    Arrays.equals(Disk.digest(before), Disk.digest(device.storage())),
                    "refused is unchanged",
                    "%s refused a message and has changed: %s",
                    device,
                    e);
            throw new RefusedException(e);
        }
    }

    @Override
    public byte @Nullable [] next() {
        MessageLite message = session.next();
        return message == null ? null : message.toByteArray();
    }

    @Override
    public boolean isOver() {
        return false;
    }
}
