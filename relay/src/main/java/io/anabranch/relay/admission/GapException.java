package io.anabranch.relay.admission;

/** Commits before the first of the batch are missing. The device asks what the relay expects and sends from there. */
public final class GapException extends RefusedBatchException {

    private static final long serialVersionUID = 1;

    GapException() {
        super(
                "commits are missing before the first of the batch; send from the sequence number that the welcome names");
    }
}
