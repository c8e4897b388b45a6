/**
 * Whole networks of devices and a relay in one thread, decided by one seed.
 *
 * <p>Start with {@link io.anabranch.bench.simulation.Simulation}. It runs the production code of both ends (the device's state and
 * sessions, the relay's store, admission and sessions) over a simulated network, disk and clock, breaks all three, and
 * checks the invariants as it goes. The same seed is the same run: nothing here reads a wall clock, starts a thread or depends
 * on the order of a hash table. The way of working is that of FoundationDB and TigerBeetle.
 *
 * <h2>Who decides what</h2>
 *
 * <ul>
 *   <li>{@code Shape}: how large a run is and how often what fails, drawn from the seed.
 *   <li>{@code Workload}: what users do. {@code Faults}: what breaks. {@code Network}: what is delivered when.
 *   <li>{@code SimulatedDevice}, {@code SimulatedRelay}: the thin shells that production has too, without IO.
 *   <li>{@code History}: every save with what its author had seen, and {@code Model}: what records must read by the
 *       definitions of DESIGN.md alone. It shares no code with the package {@code crdt}: devices that agree may all be wrong.
 *   <li>{@code …Check}: one invariant each.
 * </ul>
 *
 * <p>Runs with scopes, schema and verdicts are among the tests ({@code ScopedRun}), since their oracle is another database.
 */
@NullMarked
package io.anabranch.bench.simulation;

import org.jspecify.annotations.NullMarked;
