/** The entry point of all commands: {@link io.anabranch.bench.cli.Anabranch}. */
@NullMarked
package io.anabranch.bench.cli;

import org.jspecify.annotations.NullMarked;
