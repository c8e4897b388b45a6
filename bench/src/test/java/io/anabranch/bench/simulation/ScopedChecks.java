package io.anabranch.bench.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.Patch;
import io.anabranch.proto.Patches;
import io.anabranch.relay.scope.Columns;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.state.SyncError;
import io.anabranch.replica.wire.Packed;
import io.anabranch.replica.wire.RecordKeys;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The invariants 1, 2 and 4 with scopes. */
final class ScopedChecks {

    private static final double ASKED = 0.05;

    private final ScopedOracle oracle;
    private final ScopedUsers users;
    private final SplittableRandom random;

    ScopedChecks(long seed, ScopedOracle oracle, ScopedUsers users) {
        this.oracle = oracle;
        this.users = users;
        this.random = new SplittableRandom(~seed);
    }

    /** A device holds just its scope, as the relay has it. Records of errors that have left wait for their user's word. */
    void holdsItsScope(SimulatedDevice device, String user, ScopedRelay relay) {
        Map<RecordKey, Record> expected = oracle.visible(ScopedOracle.records(relay.store()), user, relay.nowMillis());
        Map<RecordKey, byte[]> held = base(device);
        Set<RecordKey> waiting = device.state().errors().list(Integer.MAX_VALUE).stream()
                .flatMap(error -> error.commit().deltas().stream())
                .map(Record::key)
                .collect(Collectors.toCollection(TreeSet::new));
        for (Map.Entry<RecordKey, Record> record : expected.entrySet()) {
            byte[] bytes = held.remove(record.getKey());
            CheckFailure.require(
                    bytes != null && Arrays.equals(bytes, record.getValue().encode()),
                    "scope",
                    "%s of %s has %s instead of %s",
                    device,
                    user,
                    bytes == null ? "nothing" : Record.decode(record.getKey(), bytes),
                    record.getValue());
        }
        held.keySet().removeAll(waiting);
        CheckFailure.require(held.isEmpty(), "scope", "%s of %s has %s beyond its scope", device, user, held.keySet());
    }

    /** Every acknowledged commit is pending, an error, withdrawn, or accepted where the device is already. */
    void nothingIsLost(SimulatedDevice device, ScopedRelay relay) {
        ReplicaState state = device.state();
        CheckFailure.require(
                state.lastSeq() == users.acknowledged(device),
                "nothing lost",
                "%s has %d commits of %d",
                device,
                state.lastSeq(),
                users.acknowledged(device));
        Set<Long> here = state.pending(0, Integer.MAX_VALUE).stream()
                .map(Commit::seq)
                .collect(Collectors.toCollection(TreeSet::new));
        state.errors().list(Integer.MAX_VALUE).stream().map(SyncError::seq).forEach(seq -> {
            CheckFailure.require(here.add(seq), "nothing lost", "%s has %d twice", device, seq);
        });
        Map<Long, Long> accepted = accepted(device, relay);
        for (long seq = 1; seq <= state.lastSeq(); seq++) {
            boolean isWithdrawn = users.withdrawn(device).contains(seq);
            boolean isConfirmed = accepted.getOrDefault(seq, Long.MAX_VALUE)
                            <= state.appliedPosition().sequence()
                    || device.isAdrift()
                    || (!here.contains(seq) && seq <= relay.forgivenThrough(device));
            CheckFailure.require(
                    here.contains(seq) != (isWithdrawn || (isConfirmed && !here.contains(seq))),
                    "nothing lost",
                    "%s: %d is here: %s, withdrawn: %s, accepted at %s, applied %s",
                    device,
                    seq,
                    here.contains(seq),
                    isWithdrawn,
                    accepted.getOrDefault(seq, 0L),
                    state.appliedPosition());
        }
    }

    /** The relay keeps just the rejected commits that their user has not dealt with. */
    void errorsAreKnown(SimulatedDevice device, ScopedRelay relay) {
        Set<Long> here = device.state().errors().list(Integer.MAX_VALUE).stream()
                .map(SyncError::seq)
                .collect(Collectors.toCollection(TreeSet::new));
        // What was accepted after all is told to the device when it comes back.
        here.removeAll(accepted(device, relay).keySet());
        Set<Long> there = relay.rejected(device);
        CheckFailure.require(here.equals(there), "errors", "%s has the errors %s, the relay %s", device, here, there);
    }

    /** Which commits the relay has accepted. */
    BiPredicate<SimulatedDevice, Long> accepted(ScopedRelay relay) {
        Map<SimulatedDevice, Map<Long, Long>> all = new HashMap<>();
        return (device, seq) ->
                all.computeIfAbsent(device, of -> accepted(of, relay)).containsKey(seq);
    }

    /** What is sent is in the reader's set at the time, and if all is built, in what the rules say. */
    void sent(byte[] reply, String user, ScopeSet set, ScopedRelay relay) {
        Patches patches = patches(reply);
        if (patches.getPatchCount() == 0) {
            return;
        }
        boolean asks = random.nextDouble() < ASKED && !relay.isWorkDue();
        Map<RecordKey, Record> visible =
                asks ? oracle.visible(ScopedOracle.records(relay.store()), user, relay.nowMillis()) : Map.of();
        try (RelayView view = relay.store().view()) {
            for (Patch patch : patches.getPatchList()) {
                if (!patch.getLeave()) {
                    RecordKey key = new RecordKey(patch.getType(), patch.getId());
                    requireInSet(patch, view.record(key).orElseThrow(), set);
                    CheckFailure.require(
                            !asks || isWithin(patch, visible.get(key)),
                            "sent",
                            "%s of %s was sent to %s, who may see %s",
                            Record.decode(key, patch.getState().toByteArray()),
                            key,
                            user,
                            String.valueOf(visible.get(key)));
                }
            }
        }
    }

    private static void requireInSet(Patch patch, StoredRecord stored, ScopeSet set) {
        Columns columns = Columns.NONE;
        for (long bucket : stored.memberships().buckets()) {
            columns = columns.and(set.columns(bucket));
        }
        CheckFailure.require(columns.any(), "sent", "%s is not in the set", stored.key());
        for (Field field :
                Record.decode(stored.key(), patch.getState().toByteArray()).fields()) {
            CheckFailure.require(columns.shows(field), "sent", "%s of %s is not in the set", field, stored.key());
        }
        for (io.anabranch.proto.FieldName gone : patch.getGoneList()) {
            FieldName name = new FieldName(gone.getName(), new Kind(gone.getKind()));
            CheckFailure.require(columns.shows(name), "sent", "%s of %s is not in the set", name, stored.key());
        }
    }

    private static boolean isWithin(Patch patch, @Nullable Record visible) {
        return visible != null
                && Record.decode(visible.key(), patch.getState().toByteArray()).fields().stream()
                        .allMatch(field -> visible.field(field.name()).isPresent());
    }

    private static Patches patches(byte[] reply) {
        try {
            DownloadReply message = DownloadReply.parseFrom(reply);
            return message.hasPage()
                    ? Patches.parseFrom(new Packed(
                                    message.getPage().getPatches(),
                                    message.getPage().getPatchesSize())
                            .unpack())
                    : Patches.getDefaultInstance();
        } catch (InvalidProtocolBufferException e) {
            throw new CheckFailure("sent", "a page cannot be read", e);
        }
    }

    private static Map<RecordKey, byte[]> base(SimulatedDevice device) {
        Map<RecordKey, byte[]> base = new TreeMap<>();
        Disk.rows(device.storage(), ReplicaFamilies.RECORDS)
                .forEach(row -> base.put(RecordKeys.decode(row.key(), 0), row.value()));
        Disk.rows(device.storage(), ReplicaFamilies.BASE).forEach(row -> {
            RecordKey key = RecordKeys.decode(row.key(), 0);
            if (row.value().length == 0) {
                base.remove(key);
            } else {
                base.put(key, row.value());
            }
        });
        return base;
    }

    private static Map<Long, Long> accepted(SimulatedDevice device, ScopedRelay relay) {
        Map<Long, Long> accepted = new TreeMap<>();
        try (RelayView view = relay.store().view()) {
            long end = view.replicaHead(device.replica()).nextSeq();
            for (VerdictRun run : view.verdicts(device.replica(), 1, end, Integer.MAX_VALUE)) {
                if (run.verdict() instanceof VerdictRun.Accepted first) {
                    for (long seq = run.firstSeq(); seq < run.endSeq(); seq++) {
                        accepted.put(seq, first.first().sequence() + seq - run.firstSeq());
                    }
                }
            }
        }
        return accepted;
    }
}
