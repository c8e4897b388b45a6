/**
 * Clauses: what scope rules are made into, so that the cost of a change is the number of rules and not of users. Pure: no
 * store, no clock, no thread.
 *
 * <p>Start with {@link io.anabranch.relay.scope.clause.Conjunct}; {@link io.anabranch.relay.scope.clause.ClauseCompiler} makes
 * them of conditions, {@link io.anabranch.relay.scope.clause.KeyFinder} evaluates them for records, and {@link
 * io.anabranch.relay.scope.clause.Propagation} says what else a change concerns.
 *
 * <h2>Terms</h2>
 *
 * A condition is brought into a disjunction of <b>clauses</b>. A clause has <b>tests</b>, which name no user, and <b>key
 * parts</b>: operands that the condition wants to equal an attribute of the user, or one of its values. The values that a record has
 * there make its <b>keys</b>; a user has the record if one of the keys is among the products of the user's attributes. So
 * {@code territory = :user.territory} is evaluated once for a record, whoever looks. A key part may lie behind a
 * <b>join</b>, an {@code IN (SELECT …)}: then the keys are those of the records it leads to. Any other use of an attribute is
 * <b>bound</b>: the clause is made once for each list of values that users have. What asks only of the user is a <b>guard</b>.
 */
@NullMarked
package io.anabranch.relay.scope.clause;

import org.jspecify.annotations.NullMarked;
