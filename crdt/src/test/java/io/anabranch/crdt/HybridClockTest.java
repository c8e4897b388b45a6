package io.anabranch.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class HybridClockTest {

    private final AtomicLong wall = new AtomicLong(1_000_000);
    private final HybridClock clock = new HybridClock(wall::get);

    @Property
    void stampsOnlyRiseWhateverTheWallClockDoes(
            @ForAll List<@LongRange(min = -10, max = 1L << 46) Long> walls, @ForAll long observed) {
        AtomicLong jumping = new AtomicLong();
        HybridClock jumpingClock = new HybridClock(jumping::get);
        long last = 0;
        for (long millis : walls) {
            jumping.set(millis);
            jumpingClock.observe(observed);
            long next = jumpingClock.next();
            assertThat(next).isGreaterThan(last);
            last = next;
        }
    }

    @Property
    void packingKeepsBothParts(
            @ForAll @LongRange(max = (1L << 47) - 1) long millis, @ForAll @LongRange(max = 0xffff) long counter) {
        long stamp = HybridClock.stamp(millis, (int) counter);
        assertThat(stamp).isNotNegative();
        assertThat(HybridClock.millis(stamp)).isEqualTo(millis);
        assertThat(HybridClock.counter(stamp)).isEqualTo((int) counter);
    }

    @Test
    void clockThatJumpsBackCountsOn() {
        long before = clock.next();
        wall.addAndGet(-500_000);
        assertThat(clock.next()).isEqualTo(before + 1);
        wall.addAndGet(600_000);
        assertThat(clock.next()).isEqualTo(HybridClock.stamp(1_100_000, 0));
    }

    @Test
    void stampSeenIsFollowed() {
        long seen = HybridClock.stamp(1_000_000 + HybridClock.AHEAD_MAX_MILLIS, 3);
        clock.observe(seen);
        assertThat(clock.next()).isEqualTo(seen + 1);
    }

    @Test
    void stampSeenTooFarAheadIsNotFollowed() {
        clock.observe(HybridClock.stamp(1_000_001 + HybridClock.AHEAD_MAX_MILLIS, 0));
        clock.observe(-1);
        assertThat(clock.next()).isEqualTo(HybridClock.stamp(1_000_000, 0));
    }

    @Test
    void counterThatIsFullCarriesIntoTheMilliseconds() {
        clock.observe(HybridClock.stamp(1_000_000, 0xffff));
        assertThat(clock.next()).isEqualTo(HybridClock.stamp(1_000_001, 0));
    }

    @Test
    void lastStampThereIsStaysTheLast() {
        wall.set(Long.MAX_VALUE);
        long last = 0;
        for (int i = 0; i < 0x1_0000; i++) {
            last = clock.next();
        }
        assertThat(last).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(clock::next).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void counterOutOfRangeIsRefused() {
        assertThatThrownBy(() -> HybridClock.stamp(0, 0x1_0000)).isInstanceOf(IllegalArgumentException.class);
    }
}
