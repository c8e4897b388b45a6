/**
 * A device's replica as an application uses it: records that can always be read and written, and sync whenever there is a network.
 *
 * <p>Start with {@link io.anabranch.replica.Replica}; it is the library. What the words mean: a <em>commit</em> is one save; it is
 * <em>pending</em> until the relay has judged it and its effect has come back with the base; the <em>base</em> is what the relay
 * has confirmed; the <em>view</em> is what the application sees; a <em>sync error</em> is a commit the relay rejected.
 *
 * <p>The packages below are the parts: {@code state} what a device holds, {@code session} sync as state machines, {@code commit}
 * signed commits, {@code storage} the ordered store under all of it, {@code identity} keys and certificates, {@code grpc} the
 * network, {@code query} filters, {@code wire} formats and limits, {@code cli} the commands.
 */
@NullMarked
package io.anabranch.replica;

import org.jspecify.annotations.NullMarked;
