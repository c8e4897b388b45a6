/**
 * Commits: the atomic unit of one save, signed by its author and chained to the author's earlier ones.
 *
 * <p>Start with {@link io.anabranch.replica.commit.Commit} for the content and {@link
 * io.anabranch.replica.commit.CommitChain} for the proof. The format is in {@code proto/…/commit.proto}. Nothing here does IO.
 */
@NullMarked
package io.anabranch.replica.commit;

import org.jspecify.annotations.NullMarked;
