/** A short run of the torture of real processes. */
@NullMarked
package io.anabranch.bench.torture;

import org.jspecify.annotations.NullMarked;
