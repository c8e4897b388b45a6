package io.anabranch.replica.json;

/** A field of a JSON object is nothing that a record can hold. Of the object, fields before it may have been applied. */
public final class InvalidFieldException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String field;

    InvalidFieldException(String message, String field) {
        super(message + " {field=\"" + field + "\"}");
        this.field = field;
    }

    /** The name of the field. */
    public String field() {
        return field;
    }
}
