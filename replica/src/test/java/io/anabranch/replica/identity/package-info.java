@NullMarked
package io.anabranch.replica.identity;

import org.jspecify.annotations.NullMarked;
