package io.anabranch.crdt;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/** What a replica knows, in the model: a set of events. All it shows follows from them. */
final class ModelReplica {

    /** An edit that was made: what it wrote, and which writes of others it hides wherever it is known. */
    record Event(int replica, int edit, Set<ModelWrite> writes, Set<ModelWrite> hides, Map<String, Long> increments) {

        boolean changesNothing() {
            return writes.isEmpty() && hides.isEmpty() && increments.isEmpty();
        }
    }

    final Set<Event> known = new HashSet<>();
    final Set<Event> base = new HashSet<>();

    boolean knowsNothing() {
        return known.stream().allMatch(Event::changesNothing);
    }

    Set<ModelWrite> visible() {
        return visible(known);
    }

    Set<ModelWrite> hiddenOfBase() {
        Set<ModelWrite> hidden = visible(base);
        hidden.removeAll(visible());
        return hidden;
    }

    Map<String, Long> counts() {
        Map<Integer, Event> once = new HashMap<>();
        known.forEach(event -> once.put(event.edit(), event));
        Map<String, Long> counts = new HashMap<>();
        once.values().forEach(event -> event.increments().forEach((name, by) -> counts.merge(name, by, Long::sum)));
        return counts;
    }

    boolean isAlive() {
        return visible().stream().anyMatch(write -> write.kind().equals("life"));
    }

    boolean isOn(String flag) {
        return visible().stream().anyMatch(write -> write.isOf(flag, "flag"));
    }

    Set<Value> elements(String set) {
        Set<Value> elements = new TreeSet<>();
        visible().stream().filter(write -> write.isOf(set, "set")).forEach(write -> elements.add(write.value()));
        return elements;
    }

    /** The latest first: by stamp, then by replica id unsigned, then by the order of one replica's edits. */
    List<Value> values(String name, String kind, ToLongFunction<ModelWrite> replicaId) {
        Comparator<ModelWrite> byStamp = Comparator.comparingLong(ModelWrite::stamp);
        Comparator<ModelWrite> ascending = byStamp.thenComparing((left, right) ->
                        Long.compareUnsigned(replicaId.applyAsLong(left), replicaId.applyAsLong(right)))
                .thenComparingInt(ModelWrite::edit);
        return visible().stream()
                .filter(write -> write.isOf(name, kind))
                .sorted(ascending.reversed())
                .map(ModelWrite::value)
                .toList();
    }

    private static Set<ModelWrite> visible(Set<Event> events) {
        Set<ModelWrite> visible = new HashSet<>();
        events.forEach(event -> visible.addAll(event.writes()));
        events.forEach(event -> visible.removeAll(event.hides()));
        return visible;
    }
}
