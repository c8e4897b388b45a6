package io.anabranch.relay.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Page;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.store.Buckets;
import io.anabranch.relay.store.FeedMark;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.testkit.CommitMaker;
import io.anabranch.replica.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever is committed between pages, however small the pages are and however often the stream is cut: at a consistent page a
 * device holds just the relay's records, byte for byte.
 */
class PagingLaws {

    @Property(tries = 150)
    void aDeviceMirrorsTheRelayAtEveryConsistentPage(@ForAll long seed) {
        new Run(new Random(seed)).run();
    }

    private static final class Run {

        private final Random random;
        private final RelayStore store =
                KeyValueRelayStore.open(new MemoryStorage(KeyValueRelayStore.FAMILIES), new Random(1));
        private final Admission admission =
                new Admission(store, AdmissionLimits.DEFAULT, AdmissionRule.ACCEPT_ALL, () -> CommitMaker.NOW);
        private final List<CommitMaker> makers = List.of(new CommitMaker(7), new CommitMaker(3), new CommitMaker(-1));
        private final List<ModelDevice> devices = List.of(new ModelDevice(store), new ModelDevice(store));

        Run(Random random) {
            this.random = random;
        }

        void run() {
            for (int turn = 0; turn < 120; turn++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> commit();
                    case 3 -> device().connect(random.nextBoolean(), limits());
                    case 4 -> beginEpoch();
                    default -> page(device());
                }
            }
            for (ModelDevice device : devices) {
                device.connect(false, limits());
                device.catchUp();
                assertMirrors(device);
                assertThat(device.position()).isEqualTo(store.head());
            }
        }

        private void page(ModelDevice device) {
            Page page = device.next();
            if (page != null && page.getConsistent()) {
                assertMirrors(device);
            }
        }

        private void beginEpoch() {
            if (random.nextInt(5) == 0) {
                store.newEpoch();
            }
        }

        private void commit() {
            try (Round round = admission.begin()) {
                for (int left = random.nextInt(3); left >= 0; left--) {
                    CommitMaker maker = makers.get(random.nextInt(makers.size()));
                    // A record twice in one round is made from what was stored before it, so these are concurrent.
                    round.admit(maker.commit(deltas(maker)));
                }
                round.append();
            }
        }

        private Record[] deltas(CommitMaker maker) {
            Set<RecordKey> keys = new LinkedHashSet<>();
            for (int left = random.nextInt(4); left >= 0; left--) {
                keys.add(new RecordKey("account", Integer.toString(random.nextInt(12))));
            }
            List<Record> deltas = new ArrayList<>();
            try (RelayView view = store.view()) {
                for (RecordKey key : keys) {
                    Record seen = view.record(key).map(StoredRecord::record).orElse(Record.empty(key));
                    deltas.add(maker.delta(seen, this::change));
                }
            }
            return deltas.toArray(Record[]::new);
        }

        private RecordEdit change(RecordEdit edit) {
            edit.create();
            for (int left = random.nextInt(3); left >= 0; left--) {
                String field = "f" + random.nextInt(5);
                switch (random.nextInt(8)) {
                    case 0 -> edit.clear(field);
                    case 1 -> edit.increment("visits", random.nextInt(9) - 4);
                    case 2 -> edit.add("topics", Value.of(random.nextInt(4)));
                    case 3 -> edit.remove("topics", Value.of(random.nextInt(4)));
                    default -> edit.set(field, Value.of(random.nextInt(1_000)));
                }
            }
            return random.nextInt(12) == 0 ? edit.delete() : edit;
        }

        private ModelDevice device() {
            return devices.get(random.nextInt(devices.size()));
        }

        private PageLimits limits() {
            return new PageLimits(1 + random.nextInt(6), 1 + random.nextInt(400));
        }

        private void assertMirrors(ModelDevice device) {
            Map<RecordKey, String> held = new TreeMap<>();
            device.base().forEach((key, record) -> held.put(key, HexFormat.of().formatHex(record.encode())));
            assertThat(held).isEqualTo(stored());
        }

        private Map<RecordKey, String> stored() {
            Map<RecordKey, String> stored = new TreeMap<>();
            try (RelayView view = store.view()) {
                view.feed(Buckets.EVERYTHING, FeedMark.after(0), 1_000)
                        .entries()
                        .forEach(entry -> {
                            StoredRecord record = view.record(entry.key()).orElseThrow();
                            stored.put(
                                    entry.key(),
                                    HexFormat.of().formatHex(record.state().toByteArray()));
                        });
            }
            return stored;
        }
    }
}
