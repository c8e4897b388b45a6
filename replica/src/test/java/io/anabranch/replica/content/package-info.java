/** Tests of references to content. */
@NullMarked
package io.anabranch.replica.content;

import org.jspecify.annotations.NullMarked;
