package io.anabranch.replica.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SyncSettingsTest {

    private static final long NOON = Instant.parse("2026-03-02T12:00:00Z").toEpochMilli();

    @Test
    void aDayWithoutSyncIsOverdue() {
        SyncSettings settings = SyncSettings.DEFAULTS;
        assertThat(settings.isOverdue(NOON - Duration.ofHours(23).toMillis(), NOON))
                .isFalse();
        assertThat(settings.isOverdue(NOON - Duration.ofHours(24).toMillis(), NOON))
                .isTrue();
        assertThat(settings.isOverdue(0, NOON)).isTrue();
        assertThat(settings.withOverdueAfter(Duration.ofHours(48))
                        .isOverdue(NOON - Duration.ofHours(24).toMillis(), NOON))
                .isFalse();
    }

    @Test
    void nothingStartsByItselfUnlessItIsWanted() {
        assertThat(SyncSettings.DEFAULTS.startsAtOpening(0, NOON, ZoneOffset.UTC))
                .isFalse();
    }

    @Test
    void theFirstOpeningOfTheDayIsOfThePlacesDay() {
        SyncSettings settings = SyncSettings.DEFAULTS.withFirstOpeningOfTheDay();
        long evening = Instant.parse("2026-03-01T23:30:00Z").toEpochMilli();
        assertThat(settings.startsAtOpening(evening, NOON, ZoneOffset.UTC)).isTrue();
        assertThat(settings.startsAtOpening(evening, NOON, ZoneId.of("Europe/Berlin")))
                .isFalse();
        assertThat(settings.startsAtOpening(NOON - 1, NOON, ZoneOffset.UTC)).isFalse();
        assertThat(settings.startsAtOpening(0, NOON, ZoneOffset.UTC)).isTrue();
    }

    @Test
    void orItStartsAfterAWhile() {
        SyncSettings settings = SyncSettings.DEFAULTS.withOpeningAfter(Duration.ofHours(4));
        assertThat(settings.startsAtOpening(NOON - Duration.ofHours(4).toMillis() + 1, NOON, ZoneOffset.UTC))
                .isFalse();
        assertThat(settings.startsAtOpening(NOON - Duration.ofHours(4).toMillis(), NOON, ZoneOffset.UTC))
                .isTrue();
    }

    @Test
    void rangesAreChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> SyncSettings.DEFAULTS.withTracksKept(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SyncSettings.DEFAULTS.withTracksKept(SyncSettings.TRACKS_KEPT_MAX + 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SyncSettings.DEFAULTS.withOverdueAfter(Duration.ofHours(-1)));
    }
}
