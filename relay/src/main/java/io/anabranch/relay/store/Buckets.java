package io.anabranch.relay.store;

/** The buckets that are always there. */
public final class Buckets {

    /** Holds every record, while no scope rule says otherwise. */
    public static final long EVERYTHING = 1;
    /** Holds what every device must know of the configuration. */
    public static final long CONFIGURATION = 2;
    /** The ids from 0 to before this are given to no other bucket. */
    public static final long RESERVED_END = 256;

    private Buckets() {}
}
