package io.anabranch.relay.admission;

/**
 * The batch does not continue the history that the relay knows of its replica: the store of the device is a copy, or was set
 * back to one, and both went on. The device needs a replica id of its own.
 */
public final class ForkedHistoryException extends RefusedBatchException {

    private static final long serialVersionUID = 1;

    ForkedHistoryException() {
        super("the device's history is not the one the relay knows; its store is a copy and must be enrolled anew");
    }
}
