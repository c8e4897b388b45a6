package io.anabranch.relay.session;

import io.anabranch.proto.DeviceReport;

/** Takes what devices tell about themselves, and says what they were ordered. Called by a session on its thread; must not wait long; may forget. */
@FunctionalInterface
public interface DeviceReports {

    /** A device has told something about itself. Its numbers are the device's word and not checked. */
    void reported(long replica, DeviceReport report);

    /** The number of the latest order to refresh that a device was given, 0 if there was none. */
    default long refreshOrdered(long replica) {
        return 0;
    }
}
