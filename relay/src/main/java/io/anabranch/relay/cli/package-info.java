/**
 * The commands of {@code anabranch relay}: start with {@link io.anabranch.relay.cli.RelayCommand}.
 *
 * <p>Administration works on a relay's directory, whether a relay runs there or not, and over the network with an
 * administrator's certificate. Results go to standard output and nothing else does; what goes wrong is said on standard
 * error, with what to do next, and the exit status is 0 only if all was done.
 */
@NullMarked
package io.anabranch.relay.cli;

import org.jspecify.annotations.NullMarked;
