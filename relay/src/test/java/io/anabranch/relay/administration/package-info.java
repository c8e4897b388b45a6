/** Users, codes and devices, in memory and with a clock of the tests. */
@NullMarked
package io.anabranch.relay.administration;

import org.jspecify.annotations.NullMarked;
