package io.anabranch.replica.commit;

/**
 * A commit's body that only the relay can read.
 *
 * @param hash SHA-256 of the body, {@value CommitChain#LINK_SIZE} bytes; not copied
 * @param content what is sealed; not copied
 */
public record SealedContent(byte[] hash, byte[] content) {}
