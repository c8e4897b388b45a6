/** Tests of the replay. */
@NullMarked
package io.anabranch.bench.replay;

import org.jspecify.annotations.NullMarked;
