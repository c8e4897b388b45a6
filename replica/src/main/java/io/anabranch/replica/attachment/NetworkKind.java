package io.anabranch.replica.attachment;

/** What network a device is on, as the application knows it. */
public enum NetworkKind {
    /** None, or one that is not to be used for attachments. */
    NONE,
    /** One that costs by volume. */
    METERED,
    /** One that does not. */
    UNMETERED
}
