package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.META;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.PendingCommit;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitChain;
import io.anabranch.replica.commit.CommitId;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.WireLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Saves that become durable together: one write batch, one sync, one signature for all of them. Each is a commit of its
 * own, seen by those after it. Nothing is visible or kept before {@link #write}; a group that is not written leaves no trace.
 *
 * <p>Used between two other changes of the state: it keeps what it has read.
 */
public final class CommitGroup {

    private static final int HIDDEN_MAX = 32;

    private final ReplicaState state;
    private final RecordSlots slots;
    private final List<Commit> commits = new ArrayList<>();
    private final List<byte[]> bodies = new ArrayList<>();
    /** The deltas of this group by record. */
    private final Map<RecordKey, List<Record>> made = new HashMap<>();

    private final WriteBatch batch = new WriteBatch();
    private final long generation;
    private long size;

    CommitGroup(ReplicaState state) {
        this.state = state;
        this.generation = state.generation();
        this.slots = new RecordSlots(state);
    }

    /**
     * Adds a save.
     *
     * @param save makes the edits; what it throws is passed on and the save leaves nothing behind
     * @return the sequence number of the commit, 0 if the save changed nothing
     * @throws CommitTooLargeException if the commit exceeds {@link WireLimits#COMMIT_SIZE_MAX}
     */
    public long add(Consumer<CommitBuilder> save) {
        CommitBuilder builder = new CommitBuilder(this, state.clock().next());
        save.accept(builder);
        List<Record> deltas = builder.deltas();
        return deltas.isEmpty() ? 0 : add(deltas, builder);
    }

    /** Whether another save should wait for the next group. */
    public boolean isFull() {
        return commits.size() >= WireLimits.COMMITS_PER_BATCH_MAX || size >= WireLimits.BATCH_SIZE_TARGET;
    }

    /** Whether there is nothing to write. */
    public boolean isEmpty() {
        return commits.isEmpty();
    }

    /**
     * Makes the saves durable and visible.
     *
     * @throws IllegalStateException if the state has changed since the group was started; nothing was written
     */
    public void write() {
        if (isEmpty()) {
            return;
        } else if (generation != state.generation()) {
            throw new IllegalStateException("the state has changed since this group was started");
        }
        long lastSeq = state.head().seq() + commits.size();
        byte[] link = putCommits(lastSeq);
        ChainHead head = new ChainHead(lastSeq, link);
        batch.put(META, ReplicaMeta.HEAD, head.encode());
        slots.writeTo(batch);
        state.storage().write(batch, Durability.SYNC);
        slots.written();
        commits.forEach(state.log()::added);
        state.committed(head, commits.size(), slots);
    }

    /** An edit of a record on top of what the same save has of it already, if anything. */
    RecordEdit edit(RecordKey key, @Nullable Record begun, long stamp) {
        RecordSlots.Slot slot = slots.slot(key);
        RecordEdit.Author author = author(key, stamp);
        if (begun == null) {
            return new RecordEdit(slot.view, written(slot), author, state.deleteRule(key.type()));
        }
        long firstN = Math.max(author.firstN(), begun.context().last(author.replica()) + 1);
        return new RecordEdit(
                slot.view.join(begun),
                written(slot),
                new RecordEdit.Author(author.replica(), firstN, stamp),
                // What has renewed the record's life, or creates it, is not to be superseded.
                begun.field(FieldName.LIFE).isPresent()
                        ? RecordEdit.DeleteRule.DELETE_WINS
                        : state.deleteRule(key.type()));
    }

    /** The deltas of this group for a record. */
    List<Record> made(RecordKey key) {
        return made.getOrDefault(key, List.of());
    }

    /** What of a record was ever written and is not known to be superseded in the base. */
    Record everWritten(RecordKey key) {
        RecordSlots.Slot slot = slots.slot(key);
        Record written = written(slot);
        return written == null ? slot.view : written;
    }

    /**
     * What of a record was ever written, in the base and by unconfirmed commits, whether or not a later one hides it: a save
     * supersedes all of that, so that nothing hidden comes back beside it if the commit that hides it is rejected, or the
     * hidden one is retried. Null if nothing is unconfirmed. Looks at the last {@value #HIDDEN_MAX} unconfirmed commits of the record, so that the thousandth
     * offline edit of one record is not larger than the hundredth.
     */
    private @Nullable Record written(RecordSlots.Slot slot) {
        RecordKey key = slot.view.key();
        if (slot.base == null && (slot.view.isEmpty() || !state.log().touches(key))) {
            return null;
        }
        // Without contexts a join keeps all entries of both sides.
        Record written = slot.confirmed().withContext(DotSet.EMPTY);
        for (Record delta : unconfirmed(key, HIDDEN_MAX)) {
            written = written.join(delta.withContext(DotSet.EMPTY));
        }
        return written;
    }

    /** The last deltas of a record that are not confirmed, those of this group last of all. */
    private List<Record> unconfirmed(RecordKey key, int countMax) {
        List<Record> latest = made.getOrDefault(key, List.of());
        List<CommitId> ids = state.log().commitsOf(key);
        List<Record> deltas = new ArrayList<>();
        for (CommitId id : lastOf(ids, Math.max(0, countMax - latest.size()))) {
            Record delta = state.log().delta(id, key);
            if (delta != null) {
                deltas.add(delta);
            }
        }
        deltas.addAll(lastOf(latest, countMax));
        return deltas;
    }

    private static <T> List<T> lastOf(List<T> list, int countMax) {
        return list.subList(Math.max(0, list.size() - countMax), list.size());
    }

    Record view(RecordKey key) {
        return slots.slot(key).view;
    }

    RecordEdit.Author author(RecordKey key, long stamp) {
        RecordSlots.Slot slot = slots.slot(key);
        long used = Math.max(
                whole(slot).context().last(state.replica()),
                slot.confirmed().context().last(state.replica()));
        return new RecordEdit.Author(state.replica(), Math.max(used, state.dotFloor(slot.storageKey())) + 1, stamp);
    }

    RecordSlots slots() {
        return slots;
    }

    WriteBatch batch() {
        return batch;
    }

    private long add(List<Record> deltas, CommitBuilder builder) {
        long seq = state.head().seq() + commits.size() + 1;
        Commit.Rests rests = new Commit.Rests(state.salts().salt(seq), dependsOf(builder, deltas));
        Commit commit = new Commit(state.replica(), seq, builder.stamp(), deltas, rests);
        byte[] body = commit.encode();
        if (body.length > WireLimits.COMMIT_SIZE_MAX) {
            throw new CommitTooLargeException(body.length);
        }
        for (Record delta : deltas) {
            RecordSlots.Slot slot = slots.slot(delta.key());
            if (slot.base == null) {
                slot.base(slot.view);
            }
            Record whole = whole(slot).join(delta);
            // What nothing creates is held, not shown.
            slot.view(!slot.view.isEmpty() || delta.creates() ? whole : slot.view);
            made.computeIfAbsent(delta.key(), absent -> new ArrayList<>(1)).add(delta);
        }
        commits.add(commit);
        bodies.add(body);
        size += body.length;
        return seq;
    }

    /** The last unconfirmed commit of each other replica that touches a record which the save wrote or looked at. */
    private List<CommitId> dependsOf(CommitBuilder builder, List<Record> deltas) {
        Set<RecordKey> seen = new LinkedHashSet<>(builder.read());
        deltas.forEach(delta -> seen.add(delta.key()));
        SortedMap<Long, Long> last = new TreeMap<>();
        for (RecordKey key : seen) {
            for (CommitId id : state.log().commitsOf(key)) {
                if (id.replica() != state.replica()) {
                    last.merge(id.replica(), id.seq(), Math::max);
                }
            }
        }
        List<CommitId> depends = new ArrayList<>();
        last.forEach((replica, seq) -> depends.add(new CommitId(replica, seq)));
        return depends.size() <= Commit.DEPENDS_MAX ? depends : depends.subList(0, Commit.DEPENDS_MAX);
    }

    /** The view, or what it would be if unconfirmed edits of a record whose creation was discarded were shown. */
    private Record whole(RecordSlots.Slot slot) {
        Record whole = slot.view;
        if (whole.isEmpty() && slot.base != null) {
            for (Record delta : unconfirmed(whole.key(), Integer.MAX_VALUE)) {
                whole = whole.join(delta);
            }
        }
        return whole;
    }

    private byte[] putCommits(long lastSeq) {
        byte[] link = state.head().link();
        for (int i = 0; i < commits.size(); i++) {
            PendingCommit.Builder row = PendingCommit.newBuilder()
                    .setBody(ByteString.copyFrom(bodies.get(i)))
                    .setPreviousLink(ByteString.copyFrom(link));
            link = CommitChain.link(link, bodies.get(i));
            if (i == commits.size() - 1) {
                byte[] message = CommitChain.signedMessage(state.replica(), lastSeq, link);
                row.setSignature(ByteString.copyFrom(state.signer().apply(message)));
            }
            state.log().put(batch, commits.get(i), row.build());
        }
        return link;
    }
}
