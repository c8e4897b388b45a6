@NullMarked
package io.anabranch.replica.state;

import org.jspecify.annotations.NullMarked;
