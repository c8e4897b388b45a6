package io.anabranch.replica.schema;

/** What a profile may do with a field. */
public enum FieldAccess {
    /** Nothing: the field does not reach its devices. */
    NONE,
    /** See it. */
    READ,
    /** See and change it. */
    EDIT
}
