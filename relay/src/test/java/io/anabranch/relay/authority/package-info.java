@NullMarked
package io.anabranch.relay.authority;

import org.jspecify.annotations.NullMarked;
