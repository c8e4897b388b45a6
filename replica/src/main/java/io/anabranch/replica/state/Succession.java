package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.BY_RECORD;
import static io.anabranch.replica.state.ReplicaFamilies.ERRORS;
import static io.anabranch.replica.state.ReplicaFamilies.META;
import static io.anabranch.replica.state.ReplicaFamilies.PENDING;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Dot;
import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.PendingCommit;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.commit.CommitChain;
import io.anabranch.replica.commit.CommitId;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.RecordKeys;
import io.anabranch.replica.wire.WireLimits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Makes a store another replica's, in one write batch: for a store that is a copy of one which goes on elsewhere.
 *
 * <p>What the relay has not judged, and what it rejected, is made anew in the same order, as the new replica's first commits: the same values
 * with the same stamps, under dots of the new replica. Where a commit supersedes what an earlier one of them wrote, it supersedes that under
 * its new dots, and not under the old ones, which the other copy may have given to something else. What was accepted and is on its way into
 * the base is left to come from there; what the device says about itself is left out.
 */
final class Succession {

    private final ReplicaState state;
    private final long former;
    private final long replica;
    private final UnaryOperator<byte[]> signer;
    private final Salts salts;
    private final RecordSlots slots;
    private final WriteBatch batch = new WriteBatch();
    /** For each record, the dots of the old commits and those that take their place. */
    private final Map<RecordKey, Map<Dot, Dot>> successors = new HashMap<>();

    private final Map<RecordKey, List<Record>> made = new LinkedHashMap<>();

    Succession(ReplicaState state, long replica, UnaryOperator<byte[]> signer) {
        this.state = state;
        this.former = state.replica();
        this.replica = replica;
        this.signer = signer;
        this.salts = new Salts(signer);
        this.slots = new RecordSlots(state);
    }

    /** All of it, to be written with whatever says that the replica is another one. */
    WriteBatch batch() {
        List<PendingCommit> rows = new ArrayList<>(state.log().list(PENDING, 0, Integer.MAX_VALUE));
        List<PendingCommit> rejected = state.log().list(ERRORS, 0, Integer.MAX_VALUE);
        rows.forEach(row -> delete(PendingLog.commit(row)));
        rejected.forEach(row -> delete(PendingLog.commit(row)));
        rows.addAll(rejected);
        byte[] floors = ReplicaMeta.floorKey(new byte[0]);
        batch.deleteRange(META, floors, ReplicaMeta.endOf(floors));
        put(renewed(rows));
        made.forEach(this::review);
        slots.writeTo(batch);
        return batch;
    }

    /** Those to be made anew, in order. */
    private List<Commit> renewed(List<PendingCommit> rows) {
        List<Commit> commits = new ArrayList<>();
        rows.stream()
                .map(PendingLog::commit)
                .sorted(Comparator.comparingLong(Commit::seq))
                .filter(commit -> !CommitOutline.of(commit).isOwnMaking())
                .filter(commit -> commit.seq() >= state.firstUnjudgedSeq()
                        || state.log().find(ERRORS, commit.seq()).isPresent())
                .forEach(commit -> {
                    List<Record> deltas =
                            commit.deltas().stream().map(this::renewed).toList();
                    deltas.forEach(delta -> made.computeIfAbsent(delta.key(), absent -> new ArrayList<>(1))
                            .add(delta));
                    long seq = commits.size() + 1L;
                    Commit.Rests rests =
                            new Commit.Rests(salts.salt(seq), commit.rests().depends());
                    commits.add(new Commit(replica, seq, commit.stamp(), deltas, rests));
                });
        return commits;
    }

    private Record renewed(Record delta) {
        Map<Dot, Dot> dots = successors.computeIfAbsent(delta.key(), key -> new LinkedHashMap<>());
        List<Field> fields = new ArrayList<>();
        for (Field field : delta.fields()) {
            List<Entry> entries = new ArrayList<>();
            for (Entry entry : field.entries()) {
                Dot dot = dots.computeIfAbsent(entry.dot(), old -> new Dot(replica, dots.size() + 1L));
                entries.add(new Entry(entry.key(), dot, entry.stamp(), entry.value()));
            }
            entries.sort(null);
            fields.add(new Field(field.name(), field.fold(), entries));
        }
        return new Record(delta.key(), renewed(delta.context(), dots), fields);
    }

    private DotSet renewed(DotSet context, Map<Dot, Dot> dots) {
        DotSet.Builder renewed = new DotSet.Builder();
        for (long writer : context.replicas()) {
            if (writer != former) {
                renewed.addAll(context.of(writer));
            }
        }
        for (long n = 1; n <= context.last(former); n++) {
            Dot dot = new Dot(former, n);
            if (context.contains(dot)) {
                renewed.add(dots.getOrDefault(dot, dot));
            }
        }
        return renewed.build();
    }

    private void delete(Commit commit) {
        byte[] key = ReplicaFamilies.commitKey(commit.replica(), commit.seq());
        batch.delete(PENDING, key);
        batch.delete(ERRORS, key);
        for (Record delta : commit.deltas()) {
            batch.delete(BY_RECORD, ReplicaFamilies.byRecordKey(RecordKeys.encode(delta.key()), key));
            made.computeIfAbsent(delta.key(), absent -> new ArrayList<>());
        }
    }

    private void put(List<Commit> commits) {
        byte[] link = CommitChain.start();
        int unsignedCount = 0;
        long unsignedSize = 0;
        for (Commit commit : commits) {
            byte[] body = commit.encode();
            PendingCommit.Builder row = PendingCommit.newBuilder()
                    .setBody(ByteString.copyFrom(body))
                    .setPreviousLink(ByteString.copyFrom(link));
            link = CommitChain.link(link, body);
            unsignedCount++;
            unsignedSize += body.length;
            if (unsignedCount == WireLimits.COMMITS_PER_BATCH_MAX
                    || unsignedSize >= WireLimits.BATCH_SIZE_TARGET
                    || commit.seq() == commits.size()) {
                row.setSignature(
                        ByteString.copyFrom(signer.apply(CommitChain.signedMessage(replica, commit.seq(), link))));
                unsignedCount = 0;
                unsignedSize = 0;
            }
            state.log().put(batch, commit, row.build());
        }
        batch.put(META, ReplicaMeta.HEAD, new ChainHead(commits.size(), link).encode());
    }

    /** The view of a record is the base, what is carried for others, and what was made anew. */
    private void review(RecordKey key, List<Record> renewed) {
        List<Record> deltas = new ArrayList<>();
        for (CommitId id : state.log().commitsOf(key)) {
            Record carried = id.replica() == former ? null : state.log().delta(id, key);
            if (carried != null) {
                deltas.add(carried);
            }
        }
        deltas.addAll(renewed);
        RecordSlots.Slot slot = slots.slot(key);
        if (deltas.isEmpty()) {
            slot.confirm();
            return;
        }
        Record view = slot.confirmed();
        boolean known = !view.isEmpty();
        for (Record delta : deltas) {
            view = view.join(delta);
            known |= delta.creates();
        }
        slot.view(known ? view : Record.empty(key));
    }

    /** The records that look different now; once the batch is written. */
    List<RecordChange> changes() {
        return slots.changes();
    }
}
