package io.anabranch.relay.cli;

import io.anabranch.replica.tracking.SyncTrack;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** What the records of syncs say, summed up. Immutable. */
final class TrackingReport {

    private final List<SyncTrack> tracks;

    /**
     * A sum of runs.
     *
     * @param name of the user or the day
     * @param runs how many there were
     * @param failed how many of them failed
     * @param cancelled how many of them were cancelled
     * @param commitsUp commits sent
     * @param recordsDown records received
     * @param bytes on the wire, both ways
     * @param durationMillis of all together
     * @param slowestMillis of the slowest
     * @param lastMillis when the last one ended, ms since 1970
     */
    record Sum(
            String name,
            long runs,
            long failed,
            long cancelled,
            long commitsUp,
            long recordsDown,
            long bytes,
            long durationMillis,
            long slowestMillis,
            long lastMillis) {

        static Sum of(String name, SyncTrack track) {
            return new Sum(
                    name,
                    1,
                    track.isFailed() ? 1 : 0,
                    track.isFailed() || track.isSuccess() ? 0 : 1,
                    track.traffic().commitsUp(),
                    received(track),
                    track.traffic().bytesUp() + track.traffic().bytesDown(),
                    track.durationMillis(),
                    track.durationMillis(),
                    track.times().endedMillis());
        }

        Sum plus(Sum other) {
            return new Sum(
                    name,
                    runs + other.runs,
                    failed + other.failed,
                    cancelled + other.cancelled,
                    commitsUp + other.commitsUp,
                    recordsDown + other.recordsDown,
                    bytes + other.bytes,
                    durationMillis + other.durationMillis,
                    Math.max(slowestMillis, other.slowestMillis),
                    Math.max(lastMillis, other.lastMillis));
        }
    }

    TrackingReport(List<SyncTrack> tracks) {
        this.tracks = List.copyOf(tracks);
    }

    static long received(SyncTrack track) {
        return track.traffic().recordsDown().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** By user, in order of their names. */
    List<Sum> byUser() {
        return sums(track -> track.device().user());
    }

    /** By the day on which they started. */
    List<Sum> byDay(ZoneId zone) {
        return sums(track -> Instant.ofEpochMilli(track.times().startedMillis())
                .atZone(zone)
                .toLocalDate()
                .toString());
    }

    /** The slowest, slowest first; live connections, which last as long as they like, are left out. */
    List<SyncTrack> slowest(int countMax) {
        return tracks.stream()
                .filter(track -> !track.occasion().way().equals("live"))
                .sorted(Comparator.comparingLong(SyncTrack::durationMillis).reversed())
                .limit(countMax)
                .toList();
    }

    /** Those that failed, latest first. */
    List<SyncTrack> failing() {
        return latest().stream().filter(SyncTrack::isFailed).toList();
    }

    /** All of them, latest first. */
    List<SyncTrack> latest() {
        List<SyncTrack> sorted = new ArrayList<>(tracks);
        sorted.sort(Comparator.comparingLong((SyncTrack track) -> track.times().startedMillis())
                .reversed());
        return sorted;
    }

    private List<Sum> sums(Function<SyncTrack, String> name) {
        Map<String, Sum> sums = new TreeMap<>();
        tracks.forEach(track -> sums.merge(name.apply(track), Sum.of(name.apply(track), track), Sum::plus));
        return List.copyOf(sums.values());
    }
}
