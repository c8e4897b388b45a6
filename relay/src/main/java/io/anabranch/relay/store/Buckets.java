package io.anabranch.relay.store;

/** The buckets that are always there. */
public final class Buckets {

    /** Holds every record. */
    public static final long EVERYTHING = 1;

    private Buckets() {}
}
