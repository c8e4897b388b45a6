package io.anabranch.replica.attachment;

import io.anabranch.replica.schema.AttachmentPolicy;
import io.anabranch.replica.tracking.NetworkKind;
import java.util.concurrent.TimeUnit;

/**
 * How a device keeps attachments.
 *
 * @param policy the most that is fetched without being asked for: of this and what the rules say, the lesser counts
 * @param budgetSize bytes of content that are kept; beyond it the content that was not used for longest goes, but nothing that the
 *     relay may not have. At 0 nothing is kept for long.
 * @param limits of one attachment, and of the disk
 * @param graceMillis how long content is kept that no record refers to, or refers to yet
 */
public record AttachmentOptions(
        AttachmentPolicy policy, long budgetSize, ContentStore.Limits limits, long graceMillis) {

    private static final long BUDGET_SIZE = 2L << 30;
    private static final long RESERVE_SIZE = 64L << 20;

    /** Checks the ranges. */
    public AttachmentOptions {
        if (budgetSize < 0 || graceMillis < 0) {
            throw new IllegalArgumentException("the budget or the grace of attachments is negative");
        }
    }

    /** Two gigabytes, fetched as the rules say; orphans for a week. */
    public static AttachmentOptions defaults() {
        return new AttachmentOptions(
                AttachmentPolicy.WITH_RECORD,
                BUDGET_SIZE,
                new ContentStore.Limits(ChunkList.SIZE_MAX, RESERVE_SIZE),
                TimeUnit.DAYS.toMillis(7));
    }

    /** The same with another policy. */
    public AttachmentOptions withPolicy(AttachmentPolicy other) {
        return new AttachmentOptions(other, budgetSize, limits, graceMillis);
    }

    /** The same with another budget, in bytes. */
    public AttachmentOptions withBudget(long otherSize) {
        return new AttachmentOptions(policy, otherSize, limits, graceMillis);
    }

    /** The same with other limits. */
    public AttachmentOptions withLimits(ContentStore.Limits other) {
        return new AttachmentOptions(policy, budgetSize, other, graceMillis);
    }

    /** The same with another grace. */
    public AttachmentOptions withGrace(long otherMillis) {
        return new AttachmentOptions(policy, budgetSize, limits, otherMillis);
    }

    /** Whether content is fetched without being asked for. What is not known to cost by volume is taken not to. */
    boolean fetches(AttachmentPolicy byRules, NetworkKind network) {
        return switch (byRules.compareTo(policy) < 0 ? byRules : policy) {
            case NONE, ON_DEMAND -> false;
            case UNMETERED -> network == NetworkKind.UNMETERED || network == NetworkKind.UNKNOWN;
            case WITH_RECORD -> network != NetworkKind.NONE;
        };
    }
}
