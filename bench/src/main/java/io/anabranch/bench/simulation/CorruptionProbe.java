package io.anabranch.bench.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.UploadReply;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.storage.MemoryStorage;
import io.anabranch.replica.wire.MalformedMessageException;
import java.util.Arrays;

/**
 * Shows a copy of a device a damaged message that TLS would have kept away: the device must take it or refuse it, and when it
 * refuses it nothing may have changed. Anything else, an exception of another kind above all, is a bug in reading bytes.
 */
final class CorruptionProbe {

    private static final String CHECK = "bad bytes are refused";

    private CorruptionProbe() {}

    static void probe(SimulatedDevice device, byte[] bytes) {
        MemoryStorage copy = Disk.copy(device.storage());
        ReplicaState state = new ReplicaState(copy, device.replica(), message -> message, device.clock());
        byte[] before = Disk.digest(copy);
        try {
            DownloadReply reply = DownloadReply.parseFrom(bytes);
            if (reply.hasPage()) {
                state.receive(reply.getPage());
            }
        } catch (InvalidProtocolBufferException | MalformedMessageException e) {
            requireUnchanged(before, copy);
        } catch (RuntimeException e) {
            throw new CheckFailure(CHECK, "a damaged page ends in " + e, e);
        }
        byte[] between = Disk.digest(copy);
        try {
            UploadReply reply = UploadReply.parseFrom(bytes);
            if (reply.hasVerdicts()) {
                state.judge(reply.getVerdicts());
            }
        } catch (InvalidProtocolBufferException | MalformedMessageException e) {
            requireUnchanged(between, copy);
        } catch (RuntimeException e) {
            throw new CheckFailure(CHECK, "damaged verdicts end in " + e, e);
        }
    }

    private static void requireUnchanged(byte[] before, MemoryStorage copy) {
        CheckFailure.require(
                Arrays.equals(before, Disk.digest(copy)), CHECK, "a refused message has changed the store");
    }
}
