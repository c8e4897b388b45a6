/** What the tests of several packages of the relay need. */
@NullMarked
package io.anabranch.relay.testkit;

import org.jspecify.annotations.NullMarked;
