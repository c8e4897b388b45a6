package io.anabranch.replica.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Until the instant that is foretold, the clock alone changes nothing. */
class FlipLaws {

    private static final long DAY_MILLIS = 86_400_000;
    private static final List<String> ZONES =
            List.of("UTC", "Europe/Amsterdam", "America/St_Johns", "Asia/Kolkata", "Pacific/Apia");

    @Property(tries = 3_000)
    void nothingFlipsBeforeTheNextFlip(@ForAll long seed) {
        Random random = new Random(seed);
        Condition condition = new RandomConditions(random).timed(2);
        Now now = new Now(RandomWorld.of(random), instant(random), zone(random));
        Record record = record(random, now);
        Truth truth = condition.of(record, now.world());
        OptionalLong flip = condition.nextFlip(record, now.world());
        long end = flip.orElse(now.millis() + 20_000 * DAY_MILLIS);
        assertThat(end).isGreaterThan(now.millis());
        for (int i = 0; i < 100; i++) {
            // Near both ends as well as anywhere between.
            long distance = (long) (Math.pow(random.nextDouble(), 6) * (end - now.millis()));
            long at = random.nextBoolean() ? now.millis() + distance : end - 1 - distance;
            assertThat(condition.of(record, now.at(at).world()))
                    .as("%s of %s at %d from %d in %s", condition, record, at, now.millis(), now.zone())
                    .isEqualTo(truth);
        }
    }

    @Property(tries = 1_500)
    void aComparisonFlipsWhenItIsForetold(@ForAll long seed) {
        Random random = new Random(seed);
        RandomConditions conditions = new RandomConditions(random);
        Operand.Now time = conditions.instant();
        Condition condition = new Condition.Compares(
                new Operand.Field("at"), List.of(Relation.values()).get(random.nextInt(5)), time);
        Now now = new Now(RandomWorld.of(random), instant(random), zone(random));
        Record record = record(random, now);
        OptionalLong flip = condition.nextFlip(record, now.world());
        if (flip.isPresent()) {
            assertThat(condition.of(record, now.at(flip.getAsLong()).world()))
                    .isNotEqualTo(condition.of(record, now.world()));
        }
    }

    @Test
    void windowsEndWhenTheyShould() {
        ZoneId amsterdam = ZoneId.of("Europe/Amsterdam");
        Record record = Records.of(
                "a",
                edit -> edit.set("at", Value.of(millis("2026-03-01T10:00:00Z")))
                        .set("due", Value.of("2026-03-31"))
                        .add("visits", Value.of(millis("2026-03-02T10:00:00Z")))
                        .add("visits", Value.of(millis("2026-03-05T10:00:00Z")))
                        .set("name", Value.of("x")));
        Circumstances now = Circumstances.at(millis("2026-03-10T12:00:00Z"), amsterdam);
        assertThat(next("at > :now - 30 DAYS", record, now)).isEqualTo("2026-03-31T10:00:00Z");
        assertThat(next("at >= :now - 30 DAYS", record, now)).isEqualTo("2026-03-31T10:00:00.001Z");
        assertThat(next("at < :now - 30 DAYS", record, now)).isEqualTo("2026-03-31T10:00:00.001Z");
        assertThat(next("at = :now - 30 DAYS", record, now)).isEqualTo("2026-03-31T10:00:00Z");
        assertThat(next("at > :now - 5 DAYS", record, now)).isEqualTo("never");
        assertThat(next("visits > :now - 9 DAYS", record, now)).isEqualTo("2026-03-14T10:00:00Z");
        assertThat(next("at >= :month", record, now)).isEqualTo("2026-03-31T22:00:00Z");
        assertThat(next("at >= :month - 1 MONTH", record, now)).isEqualTo("2026-04-30T22:00:00Z");
        assertThat(next("at >= :today - 30 DAYS", record, now)).isEqualTo("2026-03-31T22:00:00Z");
        assertThat(next("due < DATE(:today)", record, now)).isEqualTo("2026-03-31T22:00:00Z");
        assertThat(next("YEAR(:now) > 2026", record, now)).isEqualTo("2026-12-31T23:00:00Z");
        assertThat(next("MONTH(:now) = 4", record, now)).isEqualTo("2026-03-31T22:00:00Z");
        assertThat(next("at > :now - 1 MONTHS", record, now)).isEqualTo("2026-04-01T10:00:00Z");
        assertThat(next("name = 'y' AND at > :now - 30 DAYS", record, now)).isEqualTo("never");
        assertThat(next("name = 'x' OR at > :now - 30 DAYS", record, now)).isEqualTo("never");
        assertThat(next("NOT (name = 'y' OR at > :now - 30 DAYS)", record, now)).isEqualTo("2026-03-31T10:00:00Z");
        assertThat(next("missing > :now", record, now)).isEqualTo("never");
        assertThat(next("name > :now", record, now)).isEqualTo("never");
    }

    private static String next(String text, Record record, Circumstances now) {
        OptionalLong next = Condition.parse(text).nextFlip(record, now);
        return next.isPresent() ? Instant.ofEpochMilli(next.getAsLong()).toString() : "never";
    }

    private static long millis(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }

    private static long instant(Random random) {
        return millis("2024-01-01T00:00:00Z") + (long) (random.nextDouble() * 2_000 * DAY_MILLIS);
    }

    private static ZoneId zone(Random random) {
        return ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
    }

    private static Record record(Random random, Now now) {
        Record record = RandomWorld.record(random, new RecordKey("account", "x"));
        RecordEdit edit = new RecordEdit(record, null, new RecordEdit.Author(8, 1, 2));
        long days = (long) (random.nextGaussian() * 40);
        long at = now.millis() + days * DAY_MILLIS + random.nextInt(1_000);
        edit.set(
                "due",
                Value.of(LocalDate.ofInstant(Instant.ofEpochMilli(at), now.zone())
                        .toString()));
        return random.nextInt(8) == 0
                ? record.join(edit.build())
                : record.join(edit.set("at", random.nextInt(4) == 0 ? Value.of(at + 0.5) : Value.of(at))
                        .build());
    }

    /** A time and place in a world. */
    private record Now(RandomWorld origin, long millis, ZoneId zone) {

        Now at(long other) {
            return new Now(origin, other, zone);
        }

        Circumstances world() {
            return new RandomWorld(origin.types(), origin.attributes(), millis, zone);
        }
    }
}
