package io.anabranch.replica.schema;

/** What values a field takes. */
public enum Content {
    /** Any value. */
    ANY,
    /** Text. */
    TEXT,
    /** A 64-bit integer. */
    INTEGER,
    /** A number, with a point or without. */
    DECIMAL,
    /** True or false. */
    BOOLEAN,
    /** A day, as text: {@code 2012-05-01}. */
    DATE,
    /** An instant: an integer, ms since 1970, or text in ISO 8601 with an offset: {@code 2012-05-01T09:30:00Z}. */
    DATETIME,
    /** One of the field's picklist values, as text. */
    PICKLIST,
    /** The id of a record of another type, as text. */
    REFERENCE,
    /** An address of electronic mail, as text. */
    EMAIL,
    /** An address on the web, as text: {@code https://…}. */
    URL,
    /** Bytes. */
    BYTES,
    /** A reference to binary content, as text: see {@link io.anabranch.replica.content.AttachmentRef}. */
    ATTACHMENT
}
