/** Runs the simulation, and tests the independent model and the checks by themselves. */
@NullMarked
package io.anabranch.bench.simulation;

import org.jspecify.annotations.NullMarked;
