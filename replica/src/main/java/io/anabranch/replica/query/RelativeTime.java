package io.anabranch.replica.query;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/**
 * An instant relative to now, such as {@code :now - 90 DAYS} or {@code :month + 1 MONTHS}. As time goes on it never goes back,
 * except where a zone once turned its clocks back over midnight.
 *
 * <p>From {@link Base#NOW}, days and weeks have 24 and 168 hours, and months and years are counted in UTC; where the month
 * ends before the day, it is the last millisecond of the month. From the other bases, days and all that is longer are
 * counted in the calendar of the zone and begin at the start of a day.
 *
 * @param amount how many units later, negative for earlier; at most {@link #AMOUNT_MAX} either way
 */
public record RelativeTime(Base base, int amount, Unit unit) {

    /** Most units from the base. */
    public static final int AMOUNT_MAX = 1_000_000;

    /** What it is relative to. */
    public enum Base {
        /** The very moment. */
        NOW,
        /** The start of the day. */
        TODAY,
        /** The start of the week's Monday. */
        WEEK,
        /** The start of the month's first day. */
        MONTH,
        /** The start of the year's first day. */
        YEAR
    }

    /** Units of the distance. */
    public enum Unit {
        /** 1,000 ms. */
        SECONDS(ChronoUnit.SECONDS),
        /** 60 seconds. */
        MINUTES(ChronoUnit.MINUTES),
        /** 60 minutes. */
        HOURS(ChronoUnit.HOURS),
        /** 24 hours, or days of the calendar. */
        DAYS(ChronoUnit.DAYS),
        /** Seven days. */
        WEEKS(ChronoUnit.WEEKS),
        /** Months of the calendar. */
        MONTHS(ChronoUnit.MONTHS),
        /** Twelve months. */
        YEARS(ChronoUnit.YEARS);

        private final ChronoUnit unit;

        Unit(ChronoUnit unit) {
            this.unit = unit;
        }

        private boolean ofCalendar() {
            return compareTo(DAYS) >= 0;
        }
    }

    /** Checks the amount. */
    public RelativeTime {
        if (amount > AMOUNT_MAX || amount < -AMOUNT_MAX) {
            throw new IllegalArgumentException("a relative time is too far: " + amount);
        }
        unit = amount == 0 ? Unit.DAYS : unit;
    }

    /** The base itself. */
    public static RelativeTime of(Base base) {
        return new RelativeTime(base, 0, Unit.DAYS);
    }

    /** When it is, in milliseconds since 1970, seen from a moment. */
    public long millis(long nowMillis, ZoneId zone) {
        if (movesSteadily()) {
            return nowMillis + offsetMillis();
        } else if (base == Base.NOW) {
            return monthsFrom(nowMillis);
        }
        LocalDate start = start(LocalDate.ofInstant(Instant.ofEpochMilli(nowMillis), zone));
        return unit.ofCalendar()
                ? startMillis(start.plus(amount, unit.unit), zone)
                : startMillis(start, zone) + offsetMillis();
    }

    /** Whether it is always at the same distance from now. */
    boolean movesSteadily() {
        return base == Base.NOW && unit.compareTo(Unit.WEEKS) <= 0;
    }

    /** The distance from the base, for units that are always of one length. */
    long offsetMillis() {
        return amount * unit.unit.getDuration().toMillis();
    }

    /** As it is written in a condition. */
    @Override
    public String toString() {
        String name = ":" + base.name().toLowerCase(Locale.ROOT);
        return amount == 0 ? name : name + (amount < 0 ? " - " : " + ") + Math.abs(amount) + " " + unit;
    }

    private long monthsFrom(long nowMillis) {
        Instant now = Instant.ofEpochMilli(nowMillis);
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        LocalDate day = today.plus(amount, unit.unit);
        boolean shortened = day.getDayOfMonth() < today.getDayOfMonth();
        LocalTime time = shortened ? LocalTime.MAX : LocalTime.ofInstant(now, ZoneOffset.UTC);
        return day.atTime(time).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    private LocalDate start(LocalDate today) {
        return switch (base) {
            case NOW, TODAY -> today;
            case WEEK -> today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> today.withDayOfMonth(1);
            case YEAR -> today.withDayOfYear(1);
        };
    }

    private static long startMillis(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant().toEpochMilli();
    }
}
