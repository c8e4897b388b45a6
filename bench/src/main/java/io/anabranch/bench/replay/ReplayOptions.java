package io.anabranch.bench.replay;

import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * How a stream is replayed.
 *
 * @param data where relay and devices keep their stores; what an interrupted replay left there is gone on with
 * @param devicesPerEditor from 1
 * @param offline the probability, from 0 to 1, that a device has no network around a commit
 * @param seed decides who is offline when, and which device of an editor makes a commit
 */
public record ReplayOptions(Path data, int devicesPerEditor, double offline, long seed) {

    /** Checks the ranges. */
    public ReplayOptions {
        if (devicesPerEditor < 1 || devicesPerEditor > 100 || !(offline >= 0 && offline <= 1)) {
            throw new IllegalArgumentException(
                    "devices per editor are 1 to 100, the probability to be offline is 0 to 1");
        }
    }

    /** The coins of one commit; the same whenever the replay comes to it again. */
    Coins coins(StreamCommit commit) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + commit.n());
        return new Coins(
                random.nextInt(devicesPerEditor), random.nextDouble() >= offline, random.nextDouble() >= offline);
    }

    /** What chance says of one commit. */
    record Coins(int device, boolean syncsBefore, boolean syncsAfter) {}
}
