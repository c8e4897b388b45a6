package io.anabranch.relay.session;

import io.anabranch.replica.wire.WireLimits;

/**
 * Where a page is closed.
 *
 * @param patchesMax most patches
 * @param sizeTarget bytes before compression; the last patch may exceed it
 */
public record PageLimits(int patchesMax, int sizeTarget) {

    /** What the protocol asks for. */
    public static final PageLimits DEFAULT =
            new PageLimits(WireLimits.PATCHES_PER_PAGE_MAX, WireLimits.BATCH_SIZE_TARGET);

    /** Checks the ranges. */
    public PageLimits {
        if (patchesMax < 1 || sizeTarget < 1) {
            throw new IllegalArgumentException("a limit of a page is out of range");
        }
    }
}
