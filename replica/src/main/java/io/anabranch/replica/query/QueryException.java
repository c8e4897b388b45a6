package io.anabranch.replica.query;

/**
 * The text of a query cannot be used. The message is constant for a cause; what varies follows it and can be asked for.
 */
public final class QueryException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String detail;
    private final int line;
    private final int column;
    private final String hint;

    QueryException(String message, String detail, int line, int column, String hint) {
        super(message + " {at=\"" + detail + "\", line=" + line + ", column=" + column + "}; " + hint);
        this.detail = detail;
        this.line = line;
        this.column = column;
        this.hint = hint;
    }

    /** The part of the text that is at fault, or what it exceeds. */
    public String detail() {
        return detail;
    }

    /** The line where it is, from 1. */
    public int line() {
        return line;
    }

    /** The column where it is, from 1, in UTF-16 units. */
    public int column() {
        return column;
    }

    /** What to do about it. */
    public String hint() {
        return hint;
    }
}
