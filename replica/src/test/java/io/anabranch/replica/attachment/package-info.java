@NullMarked
package io.anabranch.replica.attachment;

import org.jspecify.annotations.NullMarked;
