@NullMarked
package io.anabranch.relay.attachment;

import org.jspecify.annotations.NullMarked;
