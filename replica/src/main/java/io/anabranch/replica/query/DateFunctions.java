package io.anabranch.replica.query;

import io.anabranch.crdt.Value;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** The functions of days and times; null for what they make nothing of. */
final class DateFunctions {

    private static final int DATE_LENGTH = "2012-05-01".length();
    /** Beginning of the year 0000 less a day, for any zone. */
    private static final long FIRST_MILLIS = -62_167_305_600_000L;
    /** End of the year 9999 plus a day, for any zone. */
    private static final long LAST_MILLIS = 253_402_387_199_999L;

    private static final int YEAR_MAX = 9_999;

    private DateFunctions() {}

    static @Nullable Value date(Value value, ZoneId zone) {
        LocalDate day = localDate(value, zone);
        return day == null ? null : Value.of(day.toString());
    }

    static @Nullable Value year(Value value, ZoneId zone) {
        LocalDate day = localDate(value, zone);
        return day == null ? null : Value.of((long) day.getYear());
    }

    static @Nullable Value month(Value value, ZoneId zone) {
        LocalDate day = localDate(value, zone);
        return day == null ? null : Value.of((long) day.getMonthValue());
    }

    static @Nullable Value day(Value value, ZoneId zone) {
        LocalDate day = localDate(value, zone);
        return day == null ? null : Value.of((long) day.getDayOfMonth());
    }

    static @Nullable Value millis(Value value, ZoneId zone) {
        if (value instanceof Value.Whole) {
            return value;
        } else if (value instanceof Value.Real real) {
            double floor = Math.floor(real.number());
            return floor >= Long.MIN_VALUE && floor < 0x1p63 ? Value.of((long) floor) : null;
        }
        return value instanceof Value.Text text ? millis(text.text(), zone) : null;
    }

    private static @Nullable LocalDate localDate(Value value, ZoneId zone) {
        if (value instanceof Value.Text text) {
            return localDate(text.text());
        }
        if (!(millis(value, zone) instanceof Value.Whole millis)
                || millis.number() < FIRST_MILLIS
                || millis.number() > LAST_MILLIS) {
            return null;
        }
        LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(millis.number()), zone);
        return day.getYear() >= 0 && day.getYear() <= YEAR_MAX ? day : null;
    }

    private static @Nullable LocalDate localDate(String text) {
        boolean longer = text.length() > DATE_LENGTH;
        if (text.length() < DATE_LENGTH || (longer && "T ".indexOf(text.charAt(DATE_LENGTH)) < 0)) {
            return null;
        }
        try {
            return LocalDate.parse(text.substring(0, DATE_LENGTH));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable Value millis(String text, ZoneId zone) {
        try {
            if (text.length() == DATE_LENGTH) {
                return Value.of(
                        LocalDate.parse(text).atStartOfDay(zone).toInstant().toEpochMilli());
            }
            boolean hasOffset = text.length() > DATE_LENGTH
                    && text.substring(DATE_LENGTH).chars().anyMatch(sign -> "Zz+-".indexOf(sign) >= 0);
            Instant instant = hasOffset
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).atZone(zone).toInstant();
            return Value.of(instant.toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }
}
