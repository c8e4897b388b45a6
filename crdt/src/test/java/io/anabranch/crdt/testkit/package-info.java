/**
 * Laws for types that converge, to be applied to types of one's own, and histories that lead records to all states that
 * replicas can reach.
 *
 * <p>Each law set is an interface of jqwik properties: a test class implements it, says how to join, encode and generate,
 * and inherits the properties.
 *
 * <pre>{@code
 * final class MaximumLaws implements JoinLaws<Long> {
 *     public Long join(Long left, Long right) {
 *         return Math.max(left, right);
 *     }
 *
 *     public Arbitrary<List<Long>> meeting() {
 *         return Arbitraries.longs().list().ofMinSize(1).ofMaxSize(4);
 *     }
 * }
 * }</pre>
 *
 * <p>The laws do not say that a type does what it should: a type that forgets everything obeys them all. Compare it with
 * a model that is written from its definition as well.
 */
@NullMarked
package io.anabranch.crdt.testkit;

import org.jspecify.annotations.NullMarked;
