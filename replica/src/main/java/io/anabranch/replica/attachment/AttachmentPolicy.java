package io.anabranch.replica.attachment;

/** When a device fetches what its records refer to, without being asked for it. */
public enum AttachmentPolicy {
    /** As soon as the record is here, on any network. */
    WITH_RECORD,
    /** As soon as the record is here and the network costs nothing by volume. */
    UNMETERED,
    /** Never: only what is asked for. */
    ON_DEMAND
}
