package io.anabranch.relay.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.DeviceReport;
import io.anabranch.proto.DownloadHello;
import io.anabranch.proto.DownloadRequest;
import io.anabranch.proto.Page;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.testkit.CommitMaker;
import io.anabranch.replica.storage.MemoryStorage;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Positions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RelayDownloadTest {

    private static final PageLimits TWO = new PageLimits(2, 1 << 20);

    private final RelayStore store =
            KeyValueRelayStore.open(new MemoryStorage(KeyValueRelayStore.FAMILIES), new Random(1));
    private final Admission admission =
            new Admission(store, AdmissionLimits.DEFAULT, AdmissionRule.ACCEPT_ALL, () -> CommitMaker.NOW);
    private final CommitMaker ann = new CommitMaker(7);
    private final ModelDevice device = new ModelDevice(store);

    @Test
    void anEmptyStoreGivesOneEmptyConsistentPage() {
        RelayDownload download = device.connect(false, TWO);
        assertThat(download.isDone()).isFalse();
        assertThat(page()).isEqualTo("1/0 -> 1/0 consistent");
        assertThat(download.isDone()).isTrue();
        assertThat(device.next()).isNull();
    }

    @Test
    void theWelcomeSaysHowManyRecordsAreWaiting() {
        set("a", "b", "c");
        RelayDownload download = download();
        download.receive(hello(ByteString.EMPTY));
        assertThat(Objects.requireNonNull(download.next()).getWelcome().getRecordsWaiting())
                .isEqualTo(3);
    }

    @Test
    void pagesEndBetweenCommits() {
        set("a");
        setTogether("b", "c");
        set("d");
        device.connect(false, TWO);
        assertThat(page()).isEqualTo("1/0 -> 1/1 a");
        assertThat(page()).isEqualTo("1/1 -> 1/2 b c");
        assertThat(page()).isEqualTo("1/2 -> 1/3 consistent d");
    }

    @Test
    void aCommitThatFillsAPageIsSplitAndNothingOfItIsLost() {
        set("a");
        setTogether("b", "c", "d", "e", "f");
        device.connect(false, TWO);
        assertThat(page()).isEqualTo("1/0 -> 1/1 a");
        assertThat(page()).isEqualTo("1/1 -> 1/1 b c");
        device.connect(false, TWO);
        set("b", "f");
        assertThat(page()).isEqualTo("1/1 -> 1/2 d e");
        assertThat(page()).isEqualTo("1/2 -> 1/4 consistent b f");
        assertMirrors();
    }

    @Test
    void aPageIsClosedBySizeAndHoldsAtLeastOneRecord() {
        set("a", "b");
        device.connect(false, new PageLimits(100, 1));
        assertThat(page()).isEqualTo("1/0 -> 1/1 a");
        assertThat(page()).isEqualTo("1/1 -> 1/2 consistent b");
    }

    @Test
    void aRecordThatMovesWhileItIsReadLacksNothing() {
        set("a", "b", "c", "d");
        device.connect(false, TWO);
        device.catchUp();
        edit("c", edit -> edit.set("phone", Value.of("1")));
        edit("d", edit -> edit.set("phone", Value.of("1")));
        edit("a", edit -> edit.set("phone", Value.of("1")));
        edit("c", edit -> edit.set("name", Value.of("Port")));
        device.connect(false, TWO);
        assertThat(page()).isEqualTo("1/4 -> 1/7 d a");
        edit("b", edit -> edit.set("phone", Value.of("1")));
        device.connect(false, TWO);
        assertThat(page()).isEqualTo("1/7 -> 1/9 consistent c b");
        assertMirrors();
    }

    @Test
    void aFieldThatIsClearedBetweenTheFirstPagesIsClearedOnTheDevice() {
        set("a", "b");
        device.connect(false, new PageLimits(1, 1));
        assertThat(page()).isEqualTo("1/0 -> 1/1 a");
        edit("a", edit -> edit.clear("name"));
        device.catchUp();
        assertMirrors();
    }

    @Test
    void aLiveDownloadSaysWhatIsNewAndThenNothing() {
        device.connect(true, TWO);
        assertThat(page()).isEqualTo("1/0 -> 1/0 consistent");
        assertThat(device.next()).isNull();
        set("a", "a");
        assertThat(page()).isEqualTo("1/0 -> 1/2 consistent a");
        assertThat(device.next()).isNull();
        edit("a", RecordEdit::delete);
        assertThat(page()).isEqualTo("1/2 -> 1/3 consistent a");
        assertMirrors();
    }

    @Test
    void anOlderEpochIsGivenAgainWhatIsNotCertain() {
        set("a", "b");
        device.connect(true, TWO);
        device.catchUp();
        store.newEpoch();
        assertThat(page()).isEqualTo("1/2 -> 2/2 consistent");
        set("c");
        assertThat(page()).isEqualTo("2/2 -> 2/3 consistent c");
        store.newEpoch();
        device.connect(false, TWO);
        assertThat(page()).isEqualTo("2/3 -> 3/3 consistent");
    }

    @Test
    void aFreshDeviceBeginsAtTheStartInAnyEpoch() {
        set("a");
        store.newEpoch();
        device.connect(false, TWO);
        assertThat(page()).isEqualTo("1/0 -> 2/1 consistent a");
    }

    @Test
    void aCursorOfAnotherStoreIsStale() {
        RelayStore other = KeyValueRelayStore.open(new MemoryStorage(KeyValueRelayStore.FAMILIES), new Random(2));
        ByteString cursor = DownloadCursor.START.toBytes(other, new CursorSeal(store, ModelDevice.USER));
        assertThatExceptionOfType(StaleCursorException.class)
                .isThrownBy(() -> download().receive(hello(cursor)))
                .withMessageContaining("another store");
    }

    @Test
    void aCursorAheadOfTheStoreIsStale() {
        for (Position ahead : List.of(new Position(1, 1), new Position(2, 0))) {
            ByteString cursor = sealed(DownloadCursor.consistent(ahead, Holdings.NONE));
            assertThatExceptionOfType(StaleCursorException.class)
                    .isThrownBy(() -> download().receive(hello(cursor)))
                    .withMessageContaining("ahead");
        }
    }

    @Test
    void aCursorOfAnotherUserOrMadeUpIsStale() {
        ByteString theirs = DownloadCursor.START.toBytes(store, new CursorSeal(store, "ben"));
        byte[] changed = sealed(DownloadCursor.START).toByteArray();
        changed[changed.length - 1] ^= 1;
        for (ByteString cursor : List.of(theirs, ByteString.copyFrom(changed), ByteString.copyFromUtf8("none"))) {
            assertThatExceptionOfType(StaleCursorException.class)
                    .isThrownBy(() -> download().receive(hello(cursor)))
                    .withMessageContaining("not one that this relay gave");
        }
    }

    @Test
    void whatIsOutOfTurnOrMalformedEndsTheStream() {
        RelayDownload download = download();
        assertMalformed(download, DownloadRequest.getDefaultInstance());
        assertMalformed(download, report());
        assertMalformed(download, hello(new CursorSeal(store, ModelDevice.USER).seal(new byte[] {1, 2, 3})));
        assertThat(download.next()).isNull();
        download.receive(hello(ByteString.EMPTY));
        assertMalformed(download, hello(ByteString.EMPTY));
    }

    @Test
    void aReportIsHandedOn() {
        List<String> reports = new ArrayList<>();
        Downloads downloads = new Downloads(
                store,
                Scopes.EVERYTHING,
                (replica, report) -> reports.add(replica + ":" + report.getPending()),
                () -> CommitMaker.NOW);
        RelayDownload download = downloads.begin(new Scopes.Reader(5, ModelDevice.USER), TWO);
        download.receive(hello(ByteString.EMPTY));
        download.receive(report());
        assertThat(reports).containsExactly("5:3");
    }

    /** A page in a line: from, to, whether it is consistent, and the records in it. */
    private String page() {
        Page page = Objects.requireNonNull(device.next());
        StringBuilder line = new StringBuilder()
                .append(Positions.of(page.getFrom()))
                .append(" -> ")
                .append(Positions.of(page.getPosition()))
                .append(page.getConsistent() ? " consistent" : "");
        ModelDevice.patches(page)
                .getPatchList()
                .forEach(patch -> line.append(' ').append(patch.getId()));
        return line.toString();
    }

    private void assertMirrors() {
        try (RelayView view = store.view()) {
            for (Record held : device.base().values()) {
                StoredRecord stored = view.record(held.key()).orElseThrow();
                assertThat(ByteString.copyFrom(held.encode())).isEqualTo(stored.state());
            }
        }
    }

    private void set(String... ids) {
        for (String id : ids) {
            setTogether(id);
        }
    }

    private void setTogether(String... ids) {
        commit(Arrays.stream(ids)
                .map(id -> ann.delta(stored(id), edit -> edit.set("name", Value.of("name " + ann.nextSeq()))))
                .toArray(Record[]::new));
    }

    private void edit(String id, UnaryOperator<RecordEdit> change) {
        commit(ann.delta(stored(id), change));
    }

    private void commit(Record... deltas) {
        try (Round round = admission.begin()) {
            round.admit(ann.commit(deltas));
            round.append();
        }
    }

    private Record stored(String id) {
        RecordKey key = new RecordKey("account", id);
        try (RelayView view = store.view()) {
            return view.record(key).map(StoredRecord::record).orElse(Record.empty(key));
        }
    }

    private RelayDownload download() {
        return new Downloads(store, Scopes.EVERYTHING, (replica, report) -> {}, () -> CommitMaker.NOW)
                .begin(new Scopes.Reader(5, ModelDevice.USER), PageLimits.DEFAULT);
    }

    private ByteString sealed(DownloadCursor cursor) {
        return cursor.toBytes(store, new CursorSeal(store, ModelDevice.USER));
    }

    private static DownloadRequest hello(ByteString cursor) {
        return DownloadRequest.newBuilder()
                .setHello(DownloadHello.newBuilder().setProtocol(1).setCursor(cursor))
                .build();
    }

    private static DownloadRequest report() {
        return DownloadRequest.newBuilder()
                .setReport(DeviceReport.newBuilder().setPending(3))
                .build();
    }

    private static void assertMalformed(RelayDownload download, DownloadRequest request) {
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> download.receive(request));
    }
}
