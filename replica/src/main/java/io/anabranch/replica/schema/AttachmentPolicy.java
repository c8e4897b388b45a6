package io.anabranch.replica.schema;

/** When a device gets the content that a record refers to. Ascending: of two that hold for the same content, the greater counts. */
public enum AttachmentPolicy {
    /** Never: the record and its reference are given, the content is not. */
    NONE,
    /** When it is asked for. */
    ON_DEMAND,
    /** By itself once the record is there, unless the network costs by volume; when it is asked for, on any network. */
    UNMETERED,
    /** By itself once the record is there, on any network. */
    WITH_RECORD
}
