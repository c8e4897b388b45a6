@NullMarked
package io.anabranch.replica.json;

import org.jspecify.annotations.NullMarked;
