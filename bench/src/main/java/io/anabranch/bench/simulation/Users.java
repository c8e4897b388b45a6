package io.anabranch.bench.simulation;

import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.Record;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.state.CommitGroup;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.state.SyncError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Lets users act on devices, and tells the history. */
final class Users {

    private static final int UNCONFIRMED_MAX = 24;

    private final World world;
    private final History history;
    private final Workload workload;
    private final Set<String> dots = new HashSet<>();

    Users(World world, History history) {
        this.world = world;
        this.history = history;
        this.workload = new Workload(world);
    }

    /** Someone saves, once or several times. */
    void save(SimulatedDevice device) {
        int size = workload.groupSize();
        for (int i = 0; i < size; i++) {
            // Each is drafted on what the one before has made, so they are saved one by one unless they share a group.
            saveGroup(device, world.chance(0.3) ? 2 + world.pick(3) : 1);
        }
    }

    /** Someone deals with a sync error: discards it or tries it again. */
    void resolve(SimulatedDevice device, SimulatedRelay relay) {
        List<SyncError> errors = device.state().errors().list(20);
        if (errors.isEmpty()) {
            return;
        }
        SyncError error = world.pick(errors);
        boolean unknown = RelayRecorder.isOfUnknownRecord(error.rejection());
        Save first = history.find(device.replica(), error.seq());
        if (world.chance(unknown || relay.isStrict() ? 0.7 : 0.3)) {
            device.state().errors().discard(error.seq());
            first.withdraw();
            world.say("%s discards %s", device, first);
        } else {
            Set<Long> others = device.state().errors().list(Integer.MAX_VALUE).stream()
                    .map(SyncError::seq)
                    .filter(other -> other != error.seq())
                    .collect(Collectors.toSet());
            long seq = device.state().errors().retry(error.seq());
            requireNewDots(device.state().pending(seq, 1).get(0));
            Save again = history.repeat(first, seq, stamp(device.state(), seq), others);
            again.deltas(device.state().pending(seq, 1).get(0).deltas());
            world.say("%s retries %s as %s", device, first, again);
        }
    }

    private void saveGroup(SimulatedDevice device, int count) {
        CommitGroup group = device.state().newGroup();
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (world.chance(0.03)) {
                abandon(device, group);
            }
            long seq = group.add(save -> {
                Draft draft = workload.draft(key -> save.view(Draft.key(key)), key -> isBusy(device, key));
                if (world.isTraced()) {
                    draft.records()
                            .forEach(record ->
                                    world.say("  %s was %s", record.key(), save.view(Draft.key(record.key()))));
                }
                draft.apply(save);
                drafts.add(draft);
            });
            CheckFailure.require(
                    seq == device.state().lastSeq() + drafts.size(), "nothing lost", "a save got the number %d", seq);
        }
        if (world.chance(0.02)) {
            world.say("%s loses a group before it is written", device);
            return;
        }
        long firstSeq = device.state().lastSeq() + 1;
        group.write();
        for (int i = 0; i < drafts.size(); i++) {
            long seq = firstSeq + i;
            requireNewDots(device.state().pending(seq, 1).get(0));
            Save save = history.add(device.replica(), seq, stamp(device.state(), seq), drafts.get(i), device);
            save.deltas(device.state().pending(seq, 1).get(0).deltas());
            world.say(
                    "%s makes %s: %s %s",
                    device,
                    save,
                    save.draft().records(),
                    world.isTraced() ? device.state().pending(seq, 1).get(0).deltas() : "");
        }
    }

    /** A device keeps track of so many hidden writes of a record and no more. */
    private boolean isBusy(SimulatedDevice device, String key) {
        long sequence = device.sequence(key);
        return history.touching(key).stream()
                        .filter(save -> save.replica() == device.replica())
                        .filter(save -> !save.isWithdrawn() && !save.isAcceptedBy(sequence))
                        .count()
                > UNCONFIRMED_MAX;
    }

    /** A dot is used once, whatever becomes of its write. */
    private void requireNewDots(Commit commit) {
        for (Record delta : commit.deltas()) {
            for (Field field : delta.fields()) {
                for (Entry entry : field.entries()) {
                    CheckFailure.require(
                            dots.add(delta.key() + " " + entry.dot()), "dots", "%s is used again", entry.dot());
                }
            }
        }
    }

    /** The application's code throws in the middle of a save: nothing of it may stay. */
    private void abandon(SimulatedDevice device, CommitGroup group) {
        try {
            group.add(save -> {
                workload.draft(key -> save.view(Draft.key(key)), key -> isBusy(device, key))
                        .apply(save);
                throw new UnsupportedOperationException("the application fails");
            });
        } catch (UnsupportedOperationException expected) {
            world.say("a save is abandoned half-way");
        }
    }

    private static long stamp(ReplicaState state, long seq) {
        return state.pending(seq, 1).get(0).stamp();
    }
}
