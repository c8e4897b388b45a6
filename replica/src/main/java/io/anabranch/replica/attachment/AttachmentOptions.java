package io.anabranch.replica.attachment;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How a device keeps attachments.
 *
 * @param policy what is fetched without being asked for
 * @param budgetSize bytes of content that are kept; beyond it the content that was not used for longest goes, but nothing that the
 *     relay may not have. At 0 nothing is kept for long.
 * @param limits of one attachment, and of the disk
 * @param network asked before each transfer
 * @param graceMillis how long content is kept that no record refers to, or refers to yet
 */
public record AttachmentOptions(
        AttachmentPolicy policy,
        long budgetSize,
        ContentStore.Limits limits,
        Supplier<NetworkKind> network,
        long graceMillis) {

    private static final long BUDGET_SIZE = 2L << 30;
    private static final long RESERVE_SIZE = 64L << 20;

    /** Checks the ranges. */
    public AttachmentOptions {
        if (budgetSize < 0 || graceMillis < 0) {
            throw new IllegalArgumentException("the budget or the grace of attachments is negative");
        }
    }

    /** Two gigabytes, fetched where the network costs nothing, which it is taken not to; orphans for a week. */
    public static AttachmentOptions defaults() {
        return new AttachmentOptions(
                AttachmentPolicy.UNMETERED,
                BUDGET_SIZE,
                new ContentStore.Limits(ChunkList.SIZE_MAX, RESERVE_SIZE),
                () -> NetworkKind.UNMETERED,
                TimeUnit.DAYS.toMillis(7));
    }

    /** The same with another policy. */
    public AttachmentOptions withPolicy(AttachmentPolicy other) {
        return new AttachmentOptions(other, budgetSize, limits, network, graceMillis);
    }

    /** The same with another budget, in bytes. */
    public AttachmentOptions withBudget(long otherSize) {
        return new AttachmentOptions(policy, otherSize, limits, network, graceMillis);
    }

    /** The same with other limits. */
    public AttachmentOptions withLimits(ContentStore.Limits other) {
        return new AttachmentOptions(policy, budgetSize, other, network, graceMillis);
    }

    /** The same, told of the network by the application. */
    public AttachmentOptions withNetwork(Supplier<NetworkKind> other) {
        return new AttachmentOptions(policy, budgetSize, limits, other, graceMillis);
    }

    /** The same with another grace. */
    public AttachmentOptions withGrace(long otherMillis) {
        return new AttachmentOptions(policy, budgetSize, limits, network, otherMillis);
    }

    boolean fetches() {
        NetworkKind kind = network.get();
        return kind != NetworkKind.NONE
                && (policy == AttachmentPolicy.WITH_RECORD
                        || (policy == AttachmentPolicy.UNMETERED && kind == NetworkKind.UNMETERED));
    }
}
