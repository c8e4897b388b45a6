package io.anabranch.replica;

import io.anabranch.replica.state.CommitGroup;
import io.anabranch.replica.state.ReplicaState;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Group commit: saves that wait at the same time become durable with one sync and one signature. A save waits for at most the
 * group before its own, never for a timer.
 */
final class SaveQueue {

    private final ReplicaState state;
    private final ReplicaLoop loop;
    private final DeviceRules rules;
    private final Runnable onWritten;
    private final Queue<Save> waiting = new ConcurrentLinkedQueue<>();

    private record Save(Consumer<Transaction> changes, CompletableFuture<Long> seq) {}

    private record Added(Save save, long seq) {
        void complete() {
            save.seq.complete(seq);
        }
    }

    SaveQueue(ReplicaState state, ReplicaLoop loop, DeviceRules rules, Runnable onWritten) {
        this.state = state;
        this.loop = loop;
        this.rules = rules;
        this.onWritten = onWritten;
    }

    CompletableFuture<Long> add(Consumer<Transaction> changes) {
        Save save = new Save(changes, new CompletableFuture<>());
        waiting.add(save);
        loop.execute(this::writeGroup);
        return save.seq;
    }

    private void writeGroup() {
        CommitGroup group = state.newGroup();
        List<Added> added = new ArrayList<>();
        Save save = waiting.poll();
        while (save != null) {
            add(group, save, added);
            save = group.isFull() ? null : waiting.poll();
        }
        try {
            group.write();
        } catch (RuntimeException e) {
            added.forEach(failed -> failed.save.seq.completeExceptionally(e));
            return;
        }
        added.forEach(Added::complete);
        if (!group.isEmpty()) {
            onWritten.run();
        }
    }

    private void add(CommitGroup group, Save save, List<Added> added) {
        try {
            long seq = group.add(builder -> Transaction.run(save.changes, builder, rules));
            added.add(new Added(save, seq));
        } catch (RuntimeException | Error e) {
            save.seq.completeExceptionally(e);
        }
    }
}
