/** Tests of the package. */
@NullMarked
package io.anabranch.replica.refresh;

import org.jspecify.annotations.NullMarked;
