/**
 * What keeps a device's data unreadable on its disk: the key of a store, who may have it, and ciphers under it. Knows nothing of records,
 * families or files but the one that has the key. Start reading at {@link io.anabranch.replica.encryption.KeyFile}, then
 * {@link io.anabranch.replica.encryption.ValueCipher}.
 *
 * <p>Its terms: the <b>data key</b> is 32 random bytes, made with the store and never changed; a <b>key source</b> is what a person or a
 * platform has to open it, such as a passphrase; a <b>slot</b> is the data key, encrypted by a key source. What is encrypted for different
 * uses is so by different keys, derived from the data key.
 */
@NullMarked
package io.anabranch.replica.encryption;

import org.jspecify.annotations.NullMarked;
