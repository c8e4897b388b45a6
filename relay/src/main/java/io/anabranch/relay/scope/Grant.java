package io.anabranch.relay.scope;

import io.anabranch.relay.scope.clause.Alternative;

/**
 * What a rule gives to those it is for: the records that fulfil one alternative of its condition.
 *
 * @param rule the rule's name
 * @param alternative which records
 * @param columns what can be seen of them
 */
record Grant(String rule, Alternative alternative, Columns columns) {}
