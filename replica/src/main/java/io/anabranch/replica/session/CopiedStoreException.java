package io.anabranch.replica.session;

/** The relay knows other commits of this replica than its store has: the store is a copy, or was set back, and goes on as another replica. */
public final class CopiedStoreException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CopiedStoreException() {
        super(
                "this device's store is a copy of one that has gone on elsewhere, or was set back; it is to go on as another replica");
    }
}
