package io.anabranch.bench.simulation;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.RejectionCode;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.schema.ObjectType;
import io.anabranch.replica.state.CommitBuilder;
import io.anabranch.replica.state.CommitGroup;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.state.SyncError;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What people do with records that they see, or do not, and with what was rejected. */
final class ScopedUsers {

    private static final int IDS = 7;

    private final World world;
    private final Map<SimulatedDevice, Long> acknowledged = new HashMap<>();
    private final Map<SimulatedDevice, Set<Long>> withdrawn = new HashMap<>();
    private final ScopedTags tags;

    ScopedUsers(World world, ScopedTags tags) {
        this.world = world;
        this.tags = tags;
    }

    /** How many commits a device has acknowledged. */
    long acknowledged(SimulatedDevice device) {
        return acknowledged.getOrDefault(device, 0L);
    }

    /** The commits that its user has discarded or made again. */
    Set<Long> withdrawn(SimulatedDevice device) {
        return withdrawn.computeIfAbsent(device, absent -> new HashSet<>());
    }

    /** Someone saves, once or several times. */
    void save(SimulatedDevice device) {
        device.state().deleteRules(type -> life(device.state(), type));
        CommitGroup group = device.state().newGroup();
        for (int left = world.chance(0.2) ? 3 : 1; left > 0; left--) {
            group.add(save -> {
                for (int records = world.chance(0.25) ? 2 : 1; records > 0; records--) {
                    edit(save);
                }
            });
        }
        long before = device.state().lastSeq();
        group.write();
        acknowledged.put(device, device.state().lastSeq());
        tags.saved(device, before + 1);
        if (world.isTraced()) {
            device.state()
                    .pending(before + 1, 10)
                    .forEach(commit -> world.say("%s saves %d: %s", device, commit.seq(), commit.deltas()));
        }
    }

    /** Someone deals with a sync error. */
    void resolve(SimulatedDevice device) {
        List<SyncError> errors = device.state().errors().list(20);
        if (errors.isEmpty()) {
            return;
        }
        SyncError error = world.pick(errors);
        long seq = error.seq();
        RecordKey key = error.commit().deltas().get(0).key();
        if (world.chance(0.4)) {
            device.state().errors().discard(seq);
            tags.withdrawn(error);
            withdrawn(device).add(seq);
            world.say("%s discards %d", device, seq);
        } else {
            device.state().deleteRules(type -> life(device.state(), type));
            error.commit().deltas().stream()
                    .map(delta -> device.state().view(delta.key()))
                    .filter(view -> !view.alive())
                    .forEach(tags::makesAnew);
            long again = retry(device.state(), error, key);
            if (again > 0) {
                tags.withdrawn(error);
                tags.saved(device, again);
                withdrawn(device).add(seq);
                acknowledged.put(device, device.state().lastSeq());
            }
            world.say("%s retries %d as %d, it was %s", device, seq, again, error.rejection());
        }
    }

    private long retry(ReplicaState state, SyncError error, RecordKey key) {
        if (error.rejection().getCode() == RejectionCode.RECORD_DELETED && world.chance(0.8)) {
            return state.errors()
                    .retry(error.seq(), Set.of(), save -> save.edit(key).undelete());
        }
        return switch (world.pick(3)) {
            case 0 -> state.errors().retry(error.seq());
            case 1 -> state.errors().retry(error.seq(), Set.of(world.pick(RandomTerms.FIELDS)), save -> {});
            default -> state.errors().retry(error.seq(), Set.of(), save -> write(save.edit(key), key));
        };
    }

    private void edit(CommitBuilder save) {
        RecordKey key = key();
        for (int looks = world.pick(4); looks > 0 && save.view(key).isEmpty(); looks--) {
            // Mostly people change what they see; what they make anew may be there where they do not see it.
            key = key();
        }
        Record view = save.view(key);
        RecordEdit edit = save.edit(key);
        if (!view.alive()) {
            tags.makesAnew(view);
        }
        if (view.isEmpty() && world.chance(0.97)) {
            edit.create();
            for (int left = 4; left > 0; left--) {
                write(edit, key);
            }
        } else if (view.alive() && world.chance(0.1)) {
            edit.delete();
            // What is written after that in the same save makes it anew.
            tags.makesAnew(view);
        } else if (!view.isEmpty() && !view.alive() && world.chance(0.4)) {
            edit.undelete();
        } else {
            write(edit, key);
        }
        if (world.chance(0.3)) {
            write(edit, key);
        }
        if (world.chance(0.1)) {
            tags.removeOne(view, edit);
        }
    }

    private RecordKey key() {
        return new RecordKey(world.pick(RandomTerms.TYPES), "i" + world.pick(IDS));
    }

    private void write(RecordEdit edit, RecordKey key) {
        String parent = RandomTerms.parent(key.type());
        switch (world.pick(9)) {
            case 8 -> edit.add(ScopedTags.FIELD, tags.next());
            case 0, 1 -> edit.set("territory", Value.of(world.pick(RandomTerms.TERRITORIES)));
            case 2 -> edit.set("status", Value.of(world.pick(RandomTerms.STATES)));
            case 3 -> edit.set("amount", Value.of(world.pick(6)));
            case 4 -> edit.set("due", Value.of(world.trueMillis() + (world.pick(480) - 240) * 1_000L));
            case 5 -> {
                if (world.chance(0.3)) {
                    edit.clear("secret");
                } else {
                    edit.set("secret", Value.of((world.chance(0.2) ? "secret-" : "s") + world.pick(100)));
                }
            }
            case 6 -> edit.set("code", Value.of("c" + world.pick(20)));
            default -> {
                if (!parent.isEmpty()) {
                    edit.set(parent, Value.of("i" + world.pick(IDS)));
                }
            }
        }
    }

    private static RecordEdit.DeleteRule life(ReplicaState state, String type) {
        Record record = state.view(ConfigurationType.TYPE.key(type));
        ObjectType configured = Configuration.of(List.of(record)).types().get(type);
        return configured == null ? RecordEdit.DeleteRule.EDIT_WINS : configured.life();
    }
}
