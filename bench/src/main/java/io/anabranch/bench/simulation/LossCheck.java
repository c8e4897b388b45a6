package io.anabranch.bench.simulation;

import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.state.SyncError;
import java.util.HashSet;
import java.util.Set;

/** Every acknowledged commit is confirmed, pending, a sync error, or withdrawn by its user; just one of these. */
final class LossCheck implements Check {

    private static final String CHECK = "nothing lost";

    private final History history;

    LossCheck(History history) {
        this.history = history;
    }

    @Override
    public void check(SimulatedDevice device) {
        ReplicaState state = device.state();
        int count = history.of(device.replica()).size();
        CheckFailure.require(
                state.lastSeq() == count, CHECK, "%s has %d of %d commits", device, state.lastSeq(), count);
        Set<Long> pending = new HashSet<>();
        state.pending(0, Integer.MAX_VALUE).stream().map(Commit::seq).forEach(pending::add);
        Set<Long> errors = new HashSet<>();
        state.errors().list(Integer.MAX_VALUE).stream().map(SyncError::seq).forEach(errors::add);
        CheckFailure.require(
                pending.size() == state.pendingCount() && errors.size() == state.errorCount(),
                CHECK,
                "%s counts %d pending and %d errors but has %d and %d",
                device,
                state.pendingCount(),
                state.errorCount(),
                pending.size(),
                errors.size());
        long applied = state.appliedPosition().sequence();
        for (Save save : history.of(device.replica())) {
            boolean isPending = pending.contains(save.seq());
            boolean isError = errors.contains(save.seq());
            boolean isApplied = save.isAcceptedBy(applied) || (device.isAdrift() && save.wasAccepted());
            boolean isConfirmed = !isPending && !isError && !save.isWithdrawn() && isApplied;
            int places = (isPending ? 1 : 0) + (isError ? 1 : 0) + (isConfirmed ? 1 : 0) + (save.isWithdrawn() ? 1 : 0);
            CheckFailure.require(
                    places == 1 && (!isError || save.isRejected() || save.wasAccepted()),
                    CHECK,
                    "%s of %s: pending %s, error %s, confirmed %s, withdrawn %s, applied %d, accepted at %d",
                    save,
                    device,
                    isPending,
                    isError,
                    isConfirmed,
                    save.isWithdrawn(),
                    applied,
                    save.position());
        }
    }
}
