/** Networks of devices that meet each other while the relay is away, with production's state, sessions and admission. */
@NullMarked
package io.anabranch.bench.peers;

import org.jspecify.annotations.NullMarked;
