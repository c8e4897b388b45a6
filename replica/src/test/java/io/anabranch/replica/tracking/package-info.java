/** Tests of what is told of syncs. */
@NullMarked
package io.anabranch.replica.tracking;

import org.jspecify.annotations.NullMarked;
