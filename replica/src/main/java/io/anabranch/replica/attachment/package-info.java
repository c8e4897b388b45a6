/**
 * Attachments: binary content that records refer to, such as images, presentations and signatures.
 *
 * <p>Start with {@link io.anabranch.replica.attachment.Attachments}, what an application sees, and {@link
 * io.anabranch.replica.content.AttachmentRef}, how a field refers to content. {@link
 * io.anabranch.replica.attachment.ContentStore} keeps content in files, on a device and on a relay alike.
 *
 * <p>Content is in <b>chunks</b> of one fixed size, and named by its <b>hash</b>: that of the <b>list</b> of the hashes of its chunks.
 * So every chunk is verified alone, before it is stored and whenever it is read, and a transfer goes on after the last good
 * chunk. Fixed chunks, rather than chunks cut by content: what people attach is photographs, documents and films, which are
 * compressed and share nothing but as whole files, and fixed chunks make ranges arithmetic. Files rather than a key-value store:
 * content is written once and read in order, compaction would copy it again and again, and a half file is found by its name.
 *
 * <p>Content is <b>waiting</b> while the relay may not have it. The record that refers to it never waits for it: the commit goes up
 * first, the relay takes only content that a record refers to, and other devices show it as not here yet until it is.
 */
@NullMarked
package io.anabranch.replica.attachment;

import org.jspecify.annotations.NullMarked;
