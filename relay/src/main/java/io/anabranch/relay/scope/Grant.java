package io.anabranch.relay.scope;

import io.anabranch.relay.scope.clause.Alternative;

/**
 * What a rule gives to those it is for: the records that fulfil one alternative of its condition.
 *
 * @param rule the rule's name
 * @param alternative which records
 * @param columns what can be seen of them
 * @param isBound whether its clause is the same for all users
 */
record Grant(String rule, Alternative alternative, Columns columns, boolean isBound) {

    Grant(String rule, Alternative alternative, Columns columns) {
        this(rule, alternative, columns, alternative.conjunct().parameters().isEmpty());
    }
}
