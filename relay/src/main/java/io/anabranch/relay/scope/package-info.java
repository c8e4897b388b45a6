/**
 * Who is to have what: the sets of buckets that users have on their devices.
 *
 * <p>Start with {@link io.anabranch.relay.scope.Scopes}, which sessions ask, and {@link io.anabranch.relay.scope.ScopeSet}, its
 * answer.
 */
@NullMarked
package io.anabranch.relay.scope;

import org.jspecify.annotations.NullMarked;
