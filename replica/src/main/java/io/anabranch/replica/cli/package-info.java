/**
 * The {@code device} commands: a thin layer of picocli over {@link io.anabranch.replica.Replica}.
 *
 * <p>Start with {@link io.anabranch.replica.cli.DeviceCommand}. A command prints data on standard output and nothing else there; what a
 * person should know goes to standard error; the exit status is 0 only if the command did what was asked.
 */
@NullMarked
package io.anabranch.replica.cli;

import org.jspecify.annotations.NullMarked;
