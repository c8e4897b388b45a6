/**
 * What scopes cost the relay: production's store on disk, admission, engine and download sessions in one process, without a
 * network.
 *
 * <p>Start with {@link io.anabranch.bench.scope.ScopeBenchCommand}. {@code SalesOrganisation} is the data: records of six types that
 * refer to each other, users in territories, twenty rules. {@code Office} is a relay's store with admission, and an author whose
 * commits it takes; {@code ScopeBench} measures.
 */
@NullMarked
package io.anabranch.bench.scope;

import org.jspecify.annotations.NullMarked;
