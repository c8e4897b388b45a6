/**
 * Who is to have what: keeps records in the buckets that scope rules make, and says which buckets users have on their devices.
 *
 * <p>Start with {@link io.anabranch.relay.scope.ScopeEngine}. Admission's rounds begin a {@link io.anabranch.relay.scope.ScopeRound},
 * which puts the records of each commit, and those it leads to, into their buckets; sessions ask {@link
 * io.anabranch.relay.scope.Scopes} for a {@link io.anabranch.relay.scope.ScopeSet}. {@link io.anabranch.relay.scope.ScopePreview}
 * says what a change of rules would do. How conditions become clauses, and which records a change concerns, is in the package
 * {@code clause}. Nothing here appends to the store, or knows a session.
 *
 * <h2>Terms</h2>
 *
 * A <b>grant</b> is what a rule gives to a profile on a kind of device: an alternative of its condition, with columns. A <b>plan</b>
 * is a configuration made into clauses; one is <b>served</b>, and while its clauses are not ready another is <b>wanted</b>. A
 * clause is <b>built</b> by reading all records of its type in <b>slots</b> between commits, and <b>maintained</b> from then on,
 * until no plan has it. Memberships of clauses that nobody maintains are left when their record is looked at next.
 *
 * <h2>Order</h2>
 *
 * What a commit moves, it moves at its own position. Timers and slots have positions of their own. A configuration that is
 * changed in a round holds for scopes from the next round on.
 */
@NullMarked
package io.anabranch.relay.scope;

import org.jspecify.annotations.NullMarked;
