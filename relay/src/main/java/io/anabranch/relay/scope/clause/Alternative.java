package io.anabranch.relay.scope.clause;

import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Operand;
import java.util.List;

/**
 * One way to fulfil a condition. Immutable.
 *
 * @param conjunct what a record must fulfil; its parameters are yet to be bound
 * @param parameters what each value of the key must be, in the key's order
 * @param guards what must hold of the user and the device
 */
public record Alternative(Conjunct conjunct, List<Operand.Parameter> parameters, List<Condition> guards) {

    /** Copies the lists. */
    public Alternative {
        parameters = List.copyOf(parameters);
        guards = List.copyOf(guards);
    }
}
