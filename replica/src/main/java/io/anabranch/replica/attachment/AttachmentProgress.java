package io.anabranch.replica.attachment;

import io.anabranch.replica.content.ContentHash;

/**
 * How far a transfer is.
 *
 * @param hash of the content
 * @param size bytes that have moved, those from earlier included
 */
public record AttachmentProgress(ContentHash hash, long size) {}
