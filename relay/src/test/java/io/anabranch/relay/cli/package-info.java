/** The commands as people and scripts run them. */
@NullMarked
package io.anabranch.relay.cli;

import org.jspecify.annotations.NullMarked;
