package io.anabranch.bench.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.Page;
import io.anabranch.proto.UploadReply;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.storage.MemoryStorage;
import io.anabranch.replica.storage.Snapshot;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Packed;
import java.util.Arrays;

/**
 * Shows a copy of a device a damaged message that TLS would have kept away: the device must take it or refuse it, and when it
 * refuses it nothing may have changed. Anything else, an exception of another kind above all, is a bug in reading bytes.
 */
final class CorruptionProbe {

    private static final String CHECK = "bad bytes are refused";

    private CorruptionProbe() {}

    /** Shows it a damaged message. */
    static void probe(SimulatedDevice device, byte[] bytes) {
        MemoryStorage copy = Disk.copy(device.storage());
        ReplicaState state = new ReplicaState(copy, device.replica(), message -> message, device.clock());
        attempt(copy, () -> {
            DownloadReply reply = DownloadReply.parseFrom(bytes);
            if (reply.hasPage()) {
                state.receive(reply.getPage());
            }
        });
        attempt(copy, () -> {
            UploadReply reply = UploadReply.parseFrom(bytes);
            if (reply.hasVerdicts()) {
                state.judge(reply.getVerdicts());
            }
        });
    }

    /** Shows it a page whose patches are damaged below the compression, which would have noticed. */
    static void probe(SimulatedDevice device, DownloadReply reply, World world) {
        Page page = reply.getPage();
        byte[] patches = new Packed(page.getPatches(), page.getPatchesSize()).unpack();
        Page damaged = page.toBuilder()
                .setPatches(ByteString.copyFrom(Spoiler.spoil(patches, world)))
                .clearPatchesSize()
                .build();
        probe(device, reply.toBuilder().setPage(damaged).build().toByteArray());
    }

    private interface Attempt {
        void run() throws InvalidProtocolBufferException;
    }

    private static void attempt(MemoryStorage copy, Attempt attempt) {
        try (Snapshot before = copy.snapshot()) {
            try {
                attempt.run();
            } catch (InvalidProtocolBufferException | MalformedMessageException e) {
                requireUnchanged(Disk.digest(before), copy);
            } catch (RuntimeException e) {
                throw new CheckFailure(CHECK, "a damaged message ends in " + e, e);
            }
        }
    }

    private static void requireUnchanged(byte[] before, MemoryStorage copy) {
        CheckFailure.require(
                Arrays.equals(before, Disk.digest(copy)), CHECK, "a refused message has changed the store");
    }
}
