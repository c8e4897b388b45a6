/** Scopes, schema and verdicts on the real register, through the commands and over real connections. */
@NullMarked
package io.anabranch.bench.scope;

import org.jspecify.annotations.NullMarked;
