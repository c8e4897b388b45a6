package io.anabranch.relay.snapshot;

/**
 * What snapshots take at most.
 *
 * @param bucketRecordsMin a bucket with fewer records is not part of a snapshot
 * @param sizeMax bytes of all segments on the disk
 * @param lifetimeMillis how long a snapshot is offered
 * @param feedShareMax a snapshot is offered to further devices while what came after it is at most this share of its records
 * @param portion how many records are read at a time
 * @param fetchesMax how many segments are sent at a time, to all devices
 * @param fetchesPerDeviceMax how many to one device
 */
public record SnapshotLimits(
        long bucketRecordsMin,
        long sizeMax,
        long lifetimeMillis,
        double feedShareMax,
        int portion,
        int fetchesMax,
        int fetchesPerDeviceMax) {

    /** Those of a relay with a machine of its own: 8 GiB, a day, a tenth. */
    public static final SnapshotLimits DEFAULT =
            new SnapshotLimits(1_000, 8L << 30, 24L * 60 * 60 * 1_000, 0.1, 2_000, 12, 3);

    /** Checks the ranges. */
    public SnapshotLimits {
        if (bucketRecordsMin < 1
                || sizeMax < 1
                || lifetimeMillis < 1
                || feedShareMax < 0
                || portion < 1
                || fetchesMax < 1
                || fetchesPerDeviceMax < 1) {
            throw new IllegalArgumentException("a limit of snapshots is out of range");
        }
    }
}
