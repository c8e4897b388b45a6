package io.anabranch.bench.simulation;

import io.anabranch.bench.simulation.Draft.Action;
import io.anabranch.bench.simulation.Draft.RecordDraft;
import io.anabranch.bench.simulation.Draft.Verb;
import io.anabranch.crdt.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/** What users do next. They act on what they see: a record that is not there is created, one that is there is edited or deleted. */
final class Workload {

    private static final int RECORDS_PER_SAVE_MAX = 4;
    private static final int ACTIONS_PER_RECORD_MAX = 4;

    private final World world;
    private int tokens;
    private int bulkKeys;

    Workload(World world) {
        this.world = world;
    }

    /** How many saves a user makes at once: mostly one, sometimes several that share a signature. */
    int groupSize() {
        return world.chance(0.8) ? 1 : 2 + world.pick(4);
    }

    /**
     * A save.
     *
     * @param views what the user sees of a record
     * @param busy records with so many unconfirmed saves that the user waits before making more
     */
    Draft draft(Function<String, Record> views, Predicate<String> busy) {
        String token = "t" + tokens++;
        if (world.shape().bulkRecords() > 0 && world.chance(0.02)) {
            return bulk(token);
        }
        Set<String> keys = new TreeSet<>();
        for (int wanted = world.chance(0.5) ? 1 : 2 + world.pick(RECORDS_PER_SAVE_MAX - 1); wanted > 0; wanted--) {
            keys.add(key(world.pick(world.shape().keys())));
        }
        keys.removeIf(busy);
        if (keys.isEmpty()) {
            keys.add("spare/" + tokens);
        }
        List<RecordDraft> records = new ArrayList<>();
        for (String key : keys) {
            records.add(new RecordDraft(key, actions(token, views.apply(key))));
        }
        return new Draft(token, records);
    }

    private Draft bulk(String token) {
        List<RecordDraft> records = new ArrayList<>();
        for (int i = 0; i < world.shape().bulkRecords(); i++) {
            records.add(new RecordDraft(
                    "bulk/" + bulkKeys++,
                    List.of(
                            set(Schema.TOKEN, token),
                            set("name", token + "-" + i),
                            new Action(Verb.ADD, "topics", world.pick(Schema.ELEMENTS), 0))));
        }
        return new Draft(token, records);
    }

    private static String key(int number) {
        return Schema.TYPES.get(number % Schema.TYPES.size()) + "/" + number;
    }

    private List<Action> actions(String token, Record view) {
        if (view.alive() && world.chance(0.1)) {
            return List.of(Action.of(Verb.DELETE));
        }
        List<Action> actions = new ArrayList<>();
        if (view.alive() && world.chance(0.03)) {
            actions.add(Action.of(Verb.DELETE));
        }
        if (!view.alive() && !view.isEmpty() && world.chance(0.4)) {
            actions.add(Action.of(Verb.UNDELETE));
        }
        actions.add(set(Schema.TOKEN, token));
        for (int count = world.pick(ACTIONS_PER_RECORD_MAX); count > 0; count--) {
            actions.add(action(token));
        }
        return actions;
    }

    private Action action(String token) {
        return switch (world.pick(12)) {
            case 0 ->
                set("name", world.chance(world.shape().rates().forbidden()) ? Schema.FORBIDDEN + token : "n" + token);
            case 1 -> set("status", "s" + token);
            case 2 -> new Action(Verb.SET_MULTI, "owner", "o" + token, 0);
            case 3, 4 -> new Action(Verb.ADD, "topics", world.pick(Schema.ELEMENTS), 0);
            case 5 -> new Action(Verb.REMOVE, "topics", world.pick(Schema.ELEMENTS), 0);
            case 6 -> new Action(Verb.INCREMENT, "samples", "", world.pick(20) - 8);
            case 7 -> new Action(Verb.INCREMENT, "visits", "", 1);
            case 8 -> new Action(Verb.ENABLE, "urgent", "", 0);
            case 9 -> new Action(Verb.DISABLE, "urgent", "", 0);
            case 10 -> new Action(Verb.CLEAR, world.pick(List.of("status", "owner", "topics", "samples")), "", 0);
            default -> Action.of(Verb.CREATE);
        };
    }

    private static Action set(String register, String value) {
        return new Action(Verb.SET, register, value, 0);
    }
}
