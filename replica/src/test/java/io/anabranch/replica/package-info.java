/** Tests of the library itself, without a network. */
@NullMarked
package io.anabranch.replica;

import org.jspecify.annotations.NullMarked;
