package io.anabranch.replica.tracking;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * When a device syncs by itself, when it is overdue, and how much is kept about it. Immutable.
 *
 * @param overdueAfter how old the last sync may be
 * @param opening when a non-blocking sync starts by itself as the store is opened
 * @param openingAfter for {@link Opening#AFTER_A_WHILE}: how old the last sync must be
 * @param auditAfter how old the last comparison of all records with the relay's may be before one is made with the next sync; zero for
 *     never
 * @param tracksKept how many of its last runs the device keeps records of; 0 for none
 */
public record SyncSettings(
        Duration overdueAfter, Opening opening, Duration openingAfter, Duration auditAfter, int tracksKept) {

    /** As many as fit into a record's name. */
    public static final int TRACKS_KEPT_MAX = 1_000;

    /** Overdue after a day, no sync by itself, an audit a week, no records. */
    public static final SyncSettings DEFAULTS =
            new SyncSettings(Duration.ofDays(1), Opening.NO_SYNC, Duration.ofHours(12), Duration.ofDays(7), 0);

    /** When a non-blocking sync starts as the store is opened. */
    public enum Opening {
        /** Never. */
        NO_SYNC,
        /** If no sync has succeeded since midnight. */
        FIRST_OF_THE_DAY,
        /** If no sync has succeeded for a while. */
        AFTER_A_WHILE
    }

    /** Checks the ranges. */
    public SyncSettings {
        if (overdueAfter.isNegative()
                || openingAfter.isNegative()
                || auditAfter.isNegative()
                || tracksKept < 0
                || tracksKept > TRACKS_KEPT_MAX) {
            throw new IllegalArgumentException("a setting of sync is out of range");
        }
    }

    /** With another bound for what is overdue. */
    public SyncSettings withOverdueAfter(Duration duration) {
        return new SyncSettings(duration, opening, openingAfter, auditAfter, tracksKept);
    }

    /** That sync at the first opening of each day. */
    public SyncSettings withFirstOpeningOfTheDay() {
        return new SyncSettings(overdueAfter, Opening.FIRST_OF_THE_DAY, openingAfter, auditAfter, tracksKept);
    }

    /** That sync at an opening when the last sync is so old. */
    public SyncSettings withOpeningAfter(Duration duration) {
        return new SyncSettings(overdueAfter, Opening.AFTER_A_WHILE, duration, auditAfter, tracksKept);
    }

    /** That keep records of so many runs. */
    public SyncSettings withTracksKept(int count) {
        return new SyncSettings(overdueAfter, opening, openingAfter, auditAfter, count);
    }

    /** That compare all records with the relay's when the last time is so long ago; zero for never. */
    public SyncSettings withAuditAfter(Duration duration) {
        return new SyncSettings(overdueAfter, opening, openingAfter, duration, tracksKept);
    }

    /**
     * Whether an audit is due.
     *
     * @param lastMillis when the last one was made
     */
    public boolean isAuditDue(long lastMillis, long nowMillis) {
        return !auditAfter.isZero() && nowMillis - lastMillis >= auditAfter.toMillis();
    }

    /**
     * Whether a sync is overdue.
     *
     * @param lastMillis when the last one succeeded, 0 for never
     */
    public boolean isOverdue(long lastMillis, long nowMillis) {
        return nowMillis - lastMillis >= overdueAfter.toMillis();
    }

    /**
     * Whether a non-blocking sync should start as the store is opened.
     *
     * @param lastMillis when the last one succeeded, 0 for never
     * @param zone where the day begins
     */
    public boolean startsAtOpening(long lastMillis, long nowMillis, ZoneId zone) {
        return switch (opening) {
            case NO_SYNC -> false;
            case FIRST_OF_THE_DAY ->
                Instant.ofEpochMilli(lastMillis)
                        .isBefore(Instant.ofEpochMilli(nowMillis)
                                .atZone(zone)
                                .toLocalDate()
                                .atStartOfDay(zone)
                                .toInstant());
            case AFTER_A_WHILE -> nowMillis - lastMillis >= openingAfter.toMillis();
        };
    }
}
