package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.FieldName;
import io.anabranch.proto.Patch;
import io.anabranch.proto.Patches;
import io.anabranch.relay.scope.Columns;
import io.anabranch.relay.store.StoredRecord;
import java.util.ArrayList;
import java.util.List;

/** The patches of a page that is being filled. What is looked at and needs no patch counts too, so that a page costs a bounded time. */
final class PageDraft {

    private static final int FIRST_PORTION = 8;
    private static final int PORTION_MAX = 512;
    /** Records looked at in vain for each patch that a page may have. */
    private static final int IDLE_LOOKS = 10;

    private final PageLimits limits;
    private final List<Patch> patches = new ArrayList<>();
    private long size;
    private long looks;

    PageDraft(PageLimits limits) {
        this.limits = limits;
    }

    int count() {
        return patches.size();
    }

    boolean isFull() {
        return (!patches.isEmpty() && (patches.size() >= limits.patchesMax() || size >= limits.sizeTarget()))
                || looks >= (long) IDLE_LOOKS * limits.patchesMax();
    }

    /** How many records may fit in, going by the size of those before. */
    int portion() {
        if (patches.isEmpty()) {
            return looks == 0 ? FIRST_PORTION : PORTION_MAX;
        }
        long room = (limits.sizeTarget() - size) / Math.max(1, size / patches.size());
        return (int) Math.max(1, Math.min(PORTION_MAX, room + 1));
    }

    /** A record was looked at. */
    void look() {
        looks++;
    }

    /** The device is to have this and no more of a record. */
    void whole(StoredRecord record, Columns visible) {
        ByteString state = visible.all() ? record.state() : record.visible(visible::shows);
        add(patchOf(record).setState(state).setWhole(true));
    }

    /** The device has everything of a record up to a sequence. */
    void lacking(StoredRecord record, Columns visible, long since) {
        StoredRecord.Patch lacking = visible.all() ? record.patch(since) : record.patch(since, visible::shows);
        Patch.Builder patch = patchOf(record).setState(lacking.state());
        for (FieldName gone : lacking.gone()) {
            patch.addGone(io.anabranch.proto.FieldName.newBuilder()
                    .setName(gone.name())
                    .setKind(gone.kind().code()));
        }
        add(patch);
    }

    /** The device is to have nothing of a record. */
    void leave(StoredRecord record) {
        add(patchOf(record).setLeave(true));
    }

    /** Takes back all but the first patches. */
    void cut(int count) {
        patches.subList(count, patches.size()).clear();
    }

    Patches build() {
        return Patches.newBuilder().addAllPatch(patches).build();
    }

    private void add(Patch.Builder patch) {
        Patch built = patch.build();
        patches.add(built);
        size += built.getSerializedSize();
    }

    private static Patch.Builder patchOf(StoredRecord record) {
        return Patch.newBuilder()
                .setType(record.key().type())
                .setId(record.key().id());
    }
}
