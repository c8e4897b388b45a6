package io.anabranch.replica.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SyncTrackTest {

    private static final RecordKey KEY = SyncTrack.key(0x9000_0000_0000_0007L, 3);
    private static final SyncTrack FAILED = track(
            Map.of("call", 2L, "account", 1L),
            Map.of("call", 7L),
            new SyncTrack.Outcome("failed", "unreachable", "no relay answers", 5, 3, 1));

    @Test
    void aRecordSaysAllOfIt() {
        assertThat(SyncTrack.of(written(Record.empty(KEY), FAILED))).isEqualTo(FAILED);
        assertThat(FAILED.isFailed()).isTrue();
        assertThat(FAILED.durationMillis()).isEqualTo(250);
    }

    @Test
    void theNextOneInItsPlaceLeavesNothingOfIt() {
        SyncTrack next = track(Map.of(), Map.of("rule", 1L), new SyncTrack.Outcome("success", "", "", 0, 0, 0));
        Record record = written(written(Record.empty(KEY), FAILED), next);
        assertThat(SyncTrack.of(record)).isEqualTo(next);
        assertThat(record.value("down.call")).isEmpty();
    }

    @Test
    void aStrangersRecordReadsAsNothing() {
        SyncTrack track = SyncTrack.of(Record.empty(KEY));
        assertThat(track.isFailed()).isFalse();
        assertThat(track.isSuccess()).isFalse();
        assertThat(track.occasion().network()).isEqualTo(NetworkKind.UNKNOWN);
    }

    @Test
    void recordsAreTheDevicesThatTheyAreNamedAfter() {
        assertThat(KEY.id()).isEqualTo("9000000000000007-3");
        assertThat(SyncTrack.isOf(KEY, 0x9000_0000_0000_0007L)).isTrue();
        assertThat(SyncTrack.isOf(KEY, 7)).isFalse();
        assertThat(SyncTrack.isOf(SyncTrack.key(7, SyncSettings.TRACKS_KEPT_MAX - 1), 7))
                .isTrue();
        assertThat(SyncTrack.isOf(SyncTrack.key(7, SyncSettings.TRACKS_KEPT_MAX), 7))
                .isFalse();
        assertThat(SyncTrack.isOf(SyncTrack.keyOf("0000000000000007-01"), 7)).isFalse();
        assertThat(SyncTrack.isOf(SyncTrack.keyOf("0000000000000007-x"), 7)).isFalse();
        assertThat(SyncTrack.isOf(new RecordKey("call", KEY.id()), 0x9000_0000_0000_0007L))
                .isFalse();
    }

    private static Record written(Record before, SyncTrack track) {
        RecordEdit edit = new RecordEdit(
                before,
                null,
                new RecordEdit.Author(
                        7, before.context().last(7) + 1, before.context().last(7) + 1));
        track.writeTo(edit, before);
        return before.join(edit.build());
    }

    private static SyncTrack track(Map<String, Long> up, Map<String, Long> down, SyncTrack.Outcome outcome) {
        return new SyncTrack(
                new SyncTrack.Device("ann", "laptop", "9000000000000007", "Linux amd64, Java 17", "1"),
                new SyncTrack.Occasion("incremental", "foreground", "user", NetworkKind.METERED),
                new SyncTrack.Times(1_000, 1_250, 10, 2),
                new SyncTrack.Traffic(4, up, down, 100, 200),
                outcome);
    }
}
