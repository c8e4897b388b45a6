/**
 * What the relay decides about attachments: who may read content, what it takes, and what it drops.
 *
 * <p>Start with {@link io.anabranch.relay.attachment.RelayAttachments}. The bytes are in a {@link
 * io.anabranch.replica.attachment.ContentStore}, as on a device; which records refer to them is in the relay's store, with the records.
 */
@NullMarked
package io.anabranch.relay.attachment;

import org.jspecify.annotations.NullMarked;
