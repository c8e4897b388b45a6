/**
 * What the relay gives devices for their meetings without it: a signed grant of what each may have, and the key that commits are sealed with
 * for the relay alone. Start with {@link io.anabranch.relay.grant.Grants}.
 */
@NullMarked
package io.anabranch.relay.grant;

import org.jspecify.annotations.NullMarked;
