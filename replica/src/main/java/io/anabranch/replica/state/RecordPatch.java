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

/**
 * What a page says of one record, read and checked.
 *
 * @param newer the fields that changed, with the whole context
 * @param encoded the same in canonical encoding
 * @param gone the fields that became empty
 * @param extent how much of the record this is
 */
record RecordPatch(Record newer, byte[] encoded, Set<FieldName> gone, Extent extent) {

    /** How much of a record a patch is. */
    enum Extent {
        /** The fields that changed; the others stay as they are. */
        CHANGES,
        /** All that the device should have of it; what is not in it goes. */
        WHOLE,
        /** Nothing: the record has left the device's scope. */
        LEAVE
    }

    RecordKey key() {
        return newer.key();
    }

    static List<RecordPatch> listOf(Page page) {
        try {
            byte[] payload = new Packed(page.getPatches(), page.getPatchesSize()).unpack();
            List<RecordPatch> patches = new ArrayList<>();
            for (Patch patch : Patches.parseFrom(payload).getPatchList()) {
                patches.add(patch.getLeave() ? leave(patch) : of(patch));
            }
            return patches;
        } catch (InvalidProtocolBufferException | MalformedRecordException | IllegalArgumentException e) {
            throw new MalformedMessageException("a page is malformed", e);
        }
    }

    private static RecordPatch of(Patch patch) {
        byte[] encoded = patch.getState().toByteArray();
        Record newer = Record.decode(RecordKeys.of(patch.getType(), patch.getId()), encoded);
        Set<FieldName> gone = new HashSet<>();
        patch.getGoneList().forEach(name -> gone.add(new FieldName(name.getName(), new Kind(name.getKind()))));
        return new RecordPatch(newer, encoded, gone, patch.getWhole() ? Extent.WHOLE : Extent.CHANGES);
    }

    private static RecordPatch leave(Patch patch) {
        if (patch.getWhole() || !patch.getState().isEmpty() || patch.getGoneCount() > 0) {
            throw new MalformedMessageException("a patch has content for a record that leaves");
        }
        RecordKey key = RecordKeys.of(patch.getType(), patch.getId());
        return new RecordPatch(Record.empty(key), new byte[0], Set.of(), Extent.LEAVE);
    }
}
