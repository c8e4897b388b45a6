package io.anabranch.replica.attachment;

/**
 * What a run of transfers did.
 *
 * @param sent attachments that the relay has now
 * @param fetched attachments that came
 * @param waiting attachments of this device that the relay does not have yet
 * @param missing attachments that are wanted and that the relay does not have yet
 * @param problem why something failed, empty if nothing did
 */
public record TransferReport(long sent, long fetched, long waiting, long missing, String problem) {

    /** There was nothing to do. */
    public static final TransferReport NOTHING = new TransferReport(0, 0, 0, 0, "");
}
