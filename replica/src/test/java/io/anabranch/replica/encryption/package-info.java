/** What is encrypted can be read with its key and in its place, and not otherwise. */
@NullMarked
package io.anabranch.replica.encryption;

import org.jspecify.annotations.NullMarked;
