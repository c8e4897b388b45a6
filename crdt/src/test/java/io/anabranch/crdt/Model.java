package io.anabranch.crdt;

import io.anabranch.crdt.testkit.History;
import io.anabranch.crdt.testkit.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a history leads to by definition: each edit is an event, a replica is the set of events that reached it, and a write
 * stands until an event that hides it is known. Shares no code with records, and knows neither dots nor contexts.
 */
final class Model {

    final List<ModelReplica> replicas =
            Stream.generate(ModelReplica::new).limit(History.REPLICAS).toList();
    final ModelReplica relay = new ModelReplica();
    final List<ModelReplica.Event> events = new ArrayList<>();
    private final RecordEdit.DeleteRule rule;

    Model(History history) {
        this.rule = history.deleteRule();
        history.steps().forEach(this::take);
    }

    long replicaId(ModelWrite write) {
        return History.replicaId(events.get(write.edit()).replica());
    }

    private void take(Step step) {
        if (step instanceof Step.Edited edited) {
            edit(edited);
        } else if (step instanceof Step.Delivered delivered) {
            replicas.get(delivered.replica()).known.add(events.get(delivered.edit()));
        } else if (step instanceof Step.Merged merged) {
            replicas.get(merged.replica()).known.addAll(replicas.get(merged.from()).known);
        } else if (step instanceof Step.Admitted admitted) {
            admit(events.get(admitted.edit()));
        } else if (step instanceof Step.Pulled pulled) {
            replicas.get(pulled.replica()).known.addAll(relay.known);
            replicas.get(pulled.replica()).base.addAll(relay.known);
        }
    }

    // What the relay has refused it does not know, so it cannot tell others that it is hidden.
    private void admit(ModelReplica.Event event) {
        Set<ModelWrite> hides = new HashSet<>(event.hides());
        hides.removeIf(write -> relay.known.stream().noneMatch(known -> known.edit() == write.edit()));
        relay.known.add(
                new ModelReplica.Event(event.replica(), event.edit(), event.writes(), hides, event.increments()));
    }

    private void edit(Step.Edited edited) {
        ModelReplica author = replicas.get(edited.replica());
        ModelEdit edit = new ModelEdit(author, rule, edited.edit(), edited.stamp());
        edited.changes().forEach(edit::make);
        ModelReplica.Event event =
                new ModelReplica.Event(edited.replica(), edited.edit(), edit.writes(), edit.hides(), edit.increments());
        events.add(event);
        author.known.add(event);
    }
}
