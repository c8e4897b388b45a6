package io.anabranch.bench.simulation;

import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.state.CommitBuilder;
import java.util.List;

/**
 * What a user does in one save.
 *
 * @param token written to every record of the save that is not deleted by it; unique
 * @param records each record once
 */
record Draft(String token, List<RecordDraft> records) {

    Draft {
        records = List.copyOf(records);
    }

    /** What is done to one record, in order. */
    record RecordDraft(String key, List<Action> actions) {

        RecordDraft {
            actions = List.copyOf(actions);
        }

        boolean writesToken() {
            return actions.stream().anyMatch(action -> action.field().equals("token"));
        }
    }

    /** One call of the application. Which of the arguments mean something depends on the verb. */
    record Action(Verb verb, String field, String value, long amount) {

        static Action of(Verb verb) {
            return new Action(verb, "", "", 0);
        }

        @Override
        public String toString() {
            String argument = verb == Verb.INCREMENT ? Long.toString(amount) : value;
            return verb + (field.isEmpty() ? "" : " " + field) + (argument.isEmpty() ? "" : "=" + argument);
        }
    }

    enum Verb {
        SET,
        SET_MULTI,
        CLEAR,
        ADD,
        REMOVE,
        INCREMENT,
        ENABLE,
        DISABLE,
        CREATE,
        DELETE,
        UNDELETE
    }

    /** Does it with the production code. */
    void apply(CommitBuilder save) {
        for (RecordDraft record : records) {
            RecordEdit edit = save.edit(key(record.key));
            record.actions.forEach(action -> apply(action, edit));
        }
    }

    static RecordKey key(String key) {
        int slash = key.indexOf('/');
        return new RecordKey(key.substring(0, slash), key.substring(slash + 1));
    }

    private static void apply(Action action, RecordEdit edit) {
        Value value = Value.of(action.value);
        RecordEdit unused = switch (action.verb) {
            case SET -> edit.set(action.field, value);
            case SET_MULTI -> edit.setMulti(action.field, value);
            case CLEAR -> edit.clear(action.field);
            case ADD -> edit.add(action.field, value);
            case REMOVE -> edit.remove(action.field, value);
            case INCREMENT -> edit.increment(action.field, action.amount);
            case ENABLE -> edit.enable(action.field);
            case DISABLE -> edit.disable(action.field);
            case CREATE -> edit.create();
            case DELETE -> edit.delete();
            case UNDELETE -> edit.undelete();
        };
    }
}
