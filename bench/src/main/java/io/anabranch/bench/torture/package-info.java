/**
 * Torture: real processes over a bad network that are killed all the time, and a ledger of what they said was saved.
 *
 * <p>Start with {@link io.anabranch.bench.torture.Torture}. Devices and the relay are the commands a person would use, so
 * whatever is between the launcher and the disk is part of it. Where the simulation is exact and quick, this is real and slow:
 * nothing here is repeatable but the order of what is tried.
 */
@NullMarked
package io.anabranch.bench.torture;

import org.jspecify.annotations.NullMarked;
