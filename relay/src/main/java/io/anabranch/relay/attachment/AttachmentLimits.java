package io.anabranch.relay.attachment;

import io.anabranch.replica.attachment.ChunkList;
import io.anabranch.replica.attachment.ContentStore;
import java.util.concurrent.TimeUnit;

/**
 * What the relay takes of attachments.
 *
 * @param store of one attachment, and of the disk
 * @param graceMillis how long content is kept that no record refers to any more
 */
public record AttachmentLimits(ContentStore.Limits store, long graceMillis) {

    /** Up to the largest there may be, leaving half a gigabyte of the disk to the records; a month. */
    public static final AttachmentLimits DEFAULT =
            new AttachmentLimits(new ContentStore.Limits(ChunkList.SIZE_MAX, 512L << 20), TimeUnit.DAYS.toMillis(30));

    /** Checks the range. */
    public AttachmentLimits {
        if (graceMillis < 0) {
            throw new IllegalArgumentException("the grace of attachments is negative: " + graceMillis);
        }
    }
}
