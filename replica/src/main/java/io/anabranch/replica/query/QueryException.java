package io.anabranch.replica.query;

public final class QueryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public QueryException(String m) {
        super(m);
    }
}
