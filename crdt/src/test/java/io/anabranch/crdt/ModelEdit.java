package io.anabranch.crdt;

import io.anabranch.crdt.testkit.Change;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An edit as its definition reads: calls change a working copy of what the author sees one after the other, and what is gone
 * from it at the end is what the edit hides.
 */
final class ModelEdit {

    private final Set<ModelWrite> seen;
    private final Map<String, Long> counts;
    private final boolean nothingKnown;
    private final RecordEdit.DeleteRule rule;
    private final int edit;
    private final long stamp;
    private final Set<ModelWrite> ghosts;
    private final Set<ModelWrite> working = new HashSet<>();
    private final Map<String, Long> increments = new HashMap<>();

    ModelEdit(ModelReplica author, RecordEdit.DeleteRule rule, int edit, long stamp) {
        this.seen = author.visible();
        this.ghosts = author.hiddenOfBase();
        this.counts = author.counts();
        this.nothingKnown = author.knowsNothing();
        this.rule = rule;
        this.edit = edit;
        this.stamp = stamp;
        working.addAll(seen);
        working.addAll(ghosts);
    }

    void make(Change change) {
        switch (change.verb()) {
            case SET -> replace(change.name(), "register", change.value());
            case SET_MULTI -> replace(change.name(), "multi", change.value());
            case CLEAR -> clear(change.name(), "");
            case ADD -> add(change.name(), change.value());
            case REMOVE -> remove(change.name(), change.value());
            case INCREMENT -> increment(change.name(), change.argument());
            case ENABLE -> enable(change.name());
            case DISABLE -> disable(change.name());
            case CREATE -> touch();
            case DELETE -> delete();
            case UNDELETE -> undelete();
        }
    }

    Set<ModelWrite> writes() {
        Set<ModelWrite> writes = new HashSet<>(working);
        writes.removeIf(write -> write.edit() != edit);
        return writes;
    }

    Set<ModelWrite> hides() {
        Set<ModelWrite> hides = new HashSet<>(seen);
        hides.addAll(ghosts);
        hides.removeAll(working);
        return hides;
    }

    Map<String, Long> increments() {
        Map<String, Long> nonZero = new HashMap<>(increments);
        nonZero.values().removeIf(amount -> amount == 0);
        return nonZero;
    }

    private boolean isAlive() {
        return working.stream().anyMatch(write -> write.kind().equals("life") && !ghosts.contains(write));
    }

    private void touch() {
        if (!isAlive()) {
            working.clear();
            counts.forEach((counter, count) -> increments.put(counter, -count));
            write("", "life", null);
        } else if (rule == RecordEdit.DeleteRule.EDIT_WINS) {
            renewLife();
        }
    }

    private void renewLife() {
        working.removeIf(write -> write.kind().equals("life"));
        write("", "life", null);
    }

    private void delete() {
        working.clear();
        working.addAll(seen);
        working.addAll(ghosts);
        working.removeIf(write -> write.kind().equals("life"));
        increments.clear();
    }

    private void undelete() {
        if (nothingKnown) {
            touch();
        } else {
            renewLife();
        }
    }

    private void clear(String name, String keptKind) {
        touch();
        working.removeIf(write -> write.name().equals(name) && !write.kind().equals(keptKind));
        increments.put(name, -counts.getOrDefault(name, 0L));
    }

    private void replace(String name, String kind, Value value) {
        clear(name, "");
        write(name, kind, value);
    }

    private void add(String name, Value element) {
        clear(name, "set");
        remove(name, element);
        write(name, "set", element);
    }

    private void remove(String name, Value element) {
        touch();
        working.removeIf(write -> write.isOf(name, "set") && element.equals(write.value()));
    }

    private void increment(String name, long amount) {
        touch();
        increments.merge(name, amount, Long::sum);
    }

    private void enable(String name) {
        disable(name);
        write(name, "flag", null);
    }

    private void disable(String name) {
        touch();
        working.removeIf(write -> write.isOf(name, "flag"));
    }

    private void write(String name, String kind, @Nullable Value value) {
        working.add(new ModelWrite(edit, name, kind, value, stamp));
    }
}
