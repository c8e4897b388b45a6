package io.anabranch.replica;

import java.util.Locale;

/** A way to sync. */
public enum SyncWay {
    /** Everything pending up and everything new down, applied as it arrives. */
    INCREMENTAL,
    /**
     * Everything pending up and everything new down, but staged beside the records until {@link Replica#apply}: a person's work is not
     * disturbed by changes in the middle of it. An incremental or live sync applies what is staged before anything else.
     */
    NON_BLOCKING,
    /**
     * Everything pending up, then all that the device is to have anew, beside the records in use, whose place it takes when it is complete.
     */
    REFRESH,
    /**
     * As incremental, and then every record is compared with what the relay has, and repaired where it differs. Costs a reading of all
     * records on both sides and little traffic.
     */
    AUDIT,
    /** As incremental, then each change as it is made, on either side, for as long as there is a connection. */
    LIVE;

    /** As on the command line and in records. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
