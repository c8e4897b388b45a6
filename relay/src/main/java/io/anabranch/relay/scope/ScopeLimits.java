package io.anabranch.relay.scope;

/**
 * How much one user may have on a device, as far as rules give it.
 *
 * @param recordsMax most records
 * @param sizeMax most bytes of keys and states, as the relay stores them
 */
public record ScopeLimits(long recordsMax, long sizeMax) {

    /** One million records, 4 GiB. */
    public static final ScopeLimits DEFAULT = new ScopeLimits(1_000_000, 4L << 30);

    /** Checks the ranges. */
    public ScopeLimits {
        if (recordsMax < 1 || sizeMax < 1) {
            throw new IllegalArgumentException("a limit of scopes is out of range: " + recordsMax + ", " + sizeMax);
        }
    }
}
