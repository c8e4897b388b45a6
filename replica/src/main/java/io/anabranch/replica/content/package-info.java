/**
 * How a field refers to binary content: an {@link io.anabranch.replica.content.AttachmentRef}, a text that names the content by its
 * {@link io.anabranch.replica.content.ContentHash}. The content itself is in the package {@code attachment}.
 */
@NullMarked
package io.anabranch.replica.content;

import org.jspecify.annotations.NullMarked;
