/** Merging records, on a relay's store in memory. */
@NullMarked
package io.anabranch.relay.merge;

import org.jspecify.annotations.NullMarked;
