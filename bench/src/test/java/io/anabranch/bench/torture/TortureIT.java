package io.anabranch.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay and devices, real processes of the ordinary commands, killed at any time: what was said to be saved is everywhere in the end. */
final class TortureIT {

    private static final int DEVICES = 2;
    private static final int SECONDS = Integer.getInteger("anabranch.torture.seconds", 20);
    private static final long SEED = 20_261_123;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void nothingThatWasSavedIsLostWhoeverIsKilled() throws Exception {
        try (Torture torture = new Torture(directory, DEVICES, SEED)) {
            torture.run(SECONDS, line -> {});
            assertThat(torture.faults(line -> {})).isEmpty();
            assertThat(torture.savedCount()).isPositive();
            assertThat(torture.counts().kills()).isPositive();
        }
    }
}
