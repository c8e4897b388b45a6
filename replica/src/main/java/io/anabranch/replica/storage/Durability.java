package io.anabranch.replica.storage;

/** How much a write survives when {@link Storage#write} returns. */
public enum Durability {
    /** The batch and everything written before it survive the end of the process and the loss of power. */
    SYNC,
    /**
     * The batch survives the end of the process, and the loss of power once a later {@link #SYNC} write has returned.
     * Until then a loss of power keeps some prefix of the buffered batches, each of them whole or not at all.
     */
    BUFFERED
}
