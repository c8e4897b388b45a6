package io.anabranch.replica.wire;

/** The sizes that both ends keep to. */
public final class WireLimits {

    /** The version of the protocol that this code speaks. */
    public static final int PROTOCOL = 1;
    /** Largest commit body, in bytes. */
    public static final int COMMIT_SIZE_MAX = 8 << 20;
    /** Where a batch of commits or a page of patches is closed, in bytes before compression. One item may exceed it. */
    public static final int BATCH_SIZE_TARGET = 256 << 10;
    /** Most commits in one batch. */
    public static final int COMMITS_PER_BATCH_MAX = 1_000;
    /** Most records in one page. */
    public static final int PATCHES_PER_PAGE_MAX = 2_000;
    /** Largest batch or page, in bytes after decompression. */
    public static final int PAYLOAD_SIZE_MAX = 16 << 20;
    /** Largest message, in bytes. */
    public static final int MESSAGE_SIZE_MAX = PAYLOAD_SIZE_MAX + (64 << 10);

    private WireLimits() {}
}
