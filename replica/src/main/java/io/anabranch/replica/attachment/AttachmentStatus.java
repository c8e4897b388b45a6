package io.anabranch.replica.attachment;

import io.anabranch.replica.content.AttachmentRef;

/**
 * Where an attachment stands on this device.
 *
 * @param ref which one
 * @param state whether it can be opened
 * @param sizeHere bytes that are here
 * @param waiting whether the relay may not have it yet
 */
public record AttachmentStatus(AttachmentRef ref, State state, long sizeHere, boolean waiting) {

    /** How much of it is here. */
    public enum State {
        /** All of it. */
        HERE,
        /** A part; fetching goes on from there. */
        PARTLY,
        /** Nothing. */
        ABSENT
    }
}
