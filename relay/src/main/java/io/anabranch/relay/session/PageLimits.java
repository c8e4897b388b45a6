package io.anabranch.relay.session;

import io.anabranch.replica.wire.WireLimits;

/**
 * Where a page is closed.
 *
 * @param patchesMax most patches
 * @param sizeTarget bytes before compression; the last patch may exceed it
 */
record PageLimits(int patchesMax, int sizeTarget) {

    static final PageLimits DEFAULT = new PageLimits(WireLimits.PATCHES_PER_PAGE_MAX, WireLimits.BATCH_SIZE_TARGET);
}
