package io.anabranch.relay.server.web;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the first page shows: the relay at one moment.
 *
 * @param version of the software
 * @param relayMillis the relay's clock, ms since 1970
 * @param startedMillis when it was started
 * @param epoch of the head
 * @param sequence of the head: how many commits were accepted
 * @param users how many there are
 * @param recordsByType living records of each type
 * @param devices all enrolled ones
 * @param problems why scope rules give nothing, a sentence each
 */
public record Overview(
        String version,
        long relayMillis,
        long startedMillis,
        int epoch,
        long sequence,
        int users,
        SortedMap<String, Long> recordsByType,
        List<DeviceLine> devices,
        List<String> problems) {

    /** Copies the collections. */
    public Overview {
        recordsByType = Collections.unmodifiableSortedMap(new TreeMap<>(recordsByType));
        devices = List.copyOf(devices);
        problems = List.copyOf(problems);
    }

    /** Living records of all types. */
    public long records() {
        return recordsByType.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Devices with a stream open. */
    public long connected() {
        return devices.stream().filter(DeviceLine::connected).count();
    }

    /**
     * A device, as the office sees it.
     *
     * @param replica its id in 16 hexadecimal digits
     * @param user whose it is
     * @param name as its user named it
     * @param connected whether it has a stream open
     * @param lastSyncMillis ms since 1970, 0 if it has never synced
     * @param appliedSequence what it last said it has applied
     * @param behind accepted commits that it has not applied
     * @param pending commits that it last said wait for a verdict
     * @param errors rejected commits that it last said wait for its user
     */
    public record DeviceLine(
            String replica,
            String user,
            String name,
            boolean connected,
            long lastSyncMillis,
            long appliedSequence,
            long behind,
            long pending,
            long errors) {}
}
