package io.anabranch.relay.session;

import io.anabranch.proto.DeviceReport;

/** Takes what devices tell about themselves. Called by a session on its thread; must not wait long; may forget. */
@FunctionalInterface
public interface DeviceReports {

    /** A device has told something about itself. Its numbers are the device's word and not checked. */
    void reported(long replica, DeviceReport report);
}
