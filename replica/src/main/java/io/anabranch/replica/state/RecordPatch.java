package io.anabranch.replica.state;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.MalformedRecordException;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Page;
import io.anabranch.proto.Patch;
import io.anabranch.proto.Patches;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Packed;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a page says of one record. Its fields are decoded when they are asked for: a device that made the record itself only
 * compares the bytes.
 */
final class RecordPatch {

    /** How much of a record a patch is. */
    enum Extent {
        /** The fields that changed; the others stay as they are. */
        CHANGES,
        /** All that the device should have of it; what is not in it goes. */
        WHOLE,
        /** Nothing: the record has left the device's scope. */
        LEAVE
    }

    private final RecordKey key;
    private final byte[] encoded;
    private final Set<FieldName> gone;
    private final Extent extent;
    private @Nullable Record newer;

    private RecordPatch(RecordKey key, byte[] encoded, Set<FieldName> gone, Extent extent) {
        this.key = key;
        this.encoded = encoded;
        this.gone = gone;
        this.extent = extent;
    }

    RecordKey key() {
        return key;
    }

    Extent extent() {
        return extent;
    }

    /**
     * The fields that changed, with the whole context.
     *
     * @throws MalformedMessageException if they are malformed
     */
    Record newer() {
        Record known = newer;
        if (known == null) {
            try {
                known = Record.decode(key, encoded);
            } catch (MalformedRecordException e) {
                throw new MalformedMessageException("a page is malformed", e);
            }
            newer = known;
        }
        return known;
    }

    /** The same in canonical encoding. */
    byte[] encoded() {
        return encoded;
    }

    /** The fields that became empty. */
    Set<FieldName> gone() {
        return gone;
    }

    /**
     * Reads a page but for the fields of its records.
     *
     * @throws MalformedMessageException if it is malformed
     */
    static List<RecordPatch> listOf(Page page) {
        try {
            byte[] payload = new Packed(page.getPatches(), page.getPatchesSize()).unpack();
            List<RecordPatch> patches = new ArrayList<>();
            for (Patch patch : Patches.parseFrom(payload).getPatchList()) {
                patches.add(read(patch));
            }
            return patches;
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new MalformedMessageException("a page is malformed", e);
        }
    }

    /** That the base becomes what a staged row says. */
    static RecordPatch of(RecordKey key, StagedRow row) {
        if (row.kind() == StagedRow.Kind.LEAVES) {
            return leave(key);
        }
        byte[] encoded = row.state().length == 0 ? Record.empty(key).encode() : row.state();
        return new RecordPatch(key, encoded, Set.of(), Extent.WHOLE);
    }

    /** Reads a patch but for the fields of its record. */
    static RecordPatch read(Patch patch) {
        return patch.getLeave() ? leave(patch) : of(patch);
    }

    private static RecordPatch of(Patch patch) {
        Set<FieldName> gone = new HashSet<>();
        patch.getGoneList().forEach(name -> gone.add(new FieldName(name.getName(), new Kind(name.getKind()))));
        Extent extent = patch.getWhole() ? Extent.WHOLE : Extent.CHANGES;
        return new RecordPatch(
                RecordKeys.of(patch.getType(), patch.getId()), patch.getState().toByteArray(), gone, extent);
    }

    /** The same as all that the device should have of the record. */
    RecordPatch whole() {
        return extent == Extent.CHANGES ? new RecordPatch(key, encoded, gone, Extent.WHOLE) : this;
    }

    private static RecordPatch leave(Patch patch) {
        if (patch.getWhole() || !patch.getState().isEmpty() || patch.getGoneCount() > 0) {
            throw new MalformedMessageException("a patch has content for a record that leaves");
        }
        return leave(RecordKeys.of(patch.getType(), patch.getId()));
    }

    /** The record has left. */
    static RecordPatch leave(RecordKey key) {
        RecordPatch leave = new RecordPatch(key, new byte[0], Set.of(), Extent.LEAVE);
        leave.newer = Record.empty(key);
        return leave;
    }
}
