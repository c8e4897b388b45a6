/**
 * What a device holds: records as the application sees them, what the relay has confirmed of them, and the commits it has
 * not judged.
 *
 * <p>Start with {@link io.anabranch.replica.state.ReplicaState}. All of this is synchronous and owned by one thread; it knows
 * storage and nothing of networks, threads or wall clocks, so the simulator runs just this code.
 *
 * <h2>How records are kept</h2>
 *
 * The family {@code records} has the <em>view</em> of each record. Where commits of a record are pending, or rejected and
 * not yet discarded, {@code base} has what the relay confirmed (empty bytes: nothing), and {@code by_record} names those
 * commits; the view is then base ⊔ their deltas. For all other records, and where the base has all of that already, the base
 * <em>is</em> the view and is stored once.
 *
 * <ul>
 *   <li>A local commit joins its deltas into the view.
 *   <li>A page from the relay <em>replaces</em> fields of the base: it is the relay's state. The view follows.
 *   <li>An accepted commit is forgotten when a consistent page passes its position: its effect is in the base by then.
 *   <li>A rejected one becomes a sync error; its content stays in the view until the user discards it.
 * </ul>
 *
 * <p>A page is <em>consistent</em> if with it the device holds the state of one single position. Pages that are not are kept
 * in {@code staged} and applied with the next that is, in one write batch, so a commit of several records never shows in
 * part. Only the first filling of an empty store applies pages as they come.
 *
 * <p>A non-blocking sync stages consistent pages too. They are turned into rows by record that say what the base becomes, in small steps;
 * to apply them is to move the rows, in one write batch. A page that is to be applied has what is staged applied first.
 */
@NullMarked
package io.anabranch.replica.state;

import org.jspecify.annotations.NullMarked;
