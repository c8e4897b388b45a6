package io.anabranch.replica;

import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.tracking.SyncTrack;
import java.util.HexFormat;

/** What a replica runs on. */
final class Platform {

    private Platform() {}

    /** The device as its tracks name it. */
    static SyncTrack.Device device(Identity identity, long replica) {
        return new SyncTrack.Device(
                identity.user(),
                identity.deviceName(),
                HexFormat.of().toHexDigits(replica),
                System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", Java "
                        + System.getProperty("java.version"),
                version());
    }

    private static String version() {
        String version = Platform.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
