package io.anabranch.relay.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Page;
import io.anabranch.proto.Patch;
import io.anabranch.relay.scope.Columns;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.Memberships;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.storage.MemoryStorage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * Whatever moves between buckets, however often a device's scope changes, wherever the stream is cut: at a consistent page the
 * device holds the records of its buckets with the columns it may see, byte for byte, and no others; and no page ever says
 * anything of a field that it may not see, or of a record that was in no bucket of its user's.
 */
class ScopedPagingLaws {

    @Property(tries = 1500)
    void aDeviceHoldsItsScopeAtEveryConsistentPage(@ForAll long seed) {
        new Run(new Random(seed)).run();
    }

    /** A change was once put off to the record's place in another bucket, and missed when that went before it was reached. */
    @Example
    void whatIsPutOffIsNotMissed() {
        new Run(new Random(-3757)).run();
        new Run(new Random(-3872418)).run();
    }

    private static final class Run {

        private final Random random;
        private final RelayStore store =
                KeyValueRelayStore.open(new MemoryStorage(KeyValueRelayStore.FAMILIES), new Random(1));
        private final ScopedWorld world;
        private final Map<String, ScopeSet> sets = new HashMap<>();
        private final Downloads downloads =
                new Downloads(store, reader -> sets.getOrDefault(reader.user(), ScopeSet.EMPTY), (r, p) -> {}, () -> 0);
        private final LiveFeeds feeds = new LiveFeeds(store);
        private final List<Device> devices = new ArrayList<>();

        Run(Random random) {
            this.random = random;
            this.world = new ScopedWorld(store, random);
            for (String user : List.of("ann", "ben")) {
                sets.put(user, world.someSet());
                devices.add(new Device(user));
            }
        }

        void run() {
            int turns = 20 + random.nextInt(100);
            for (int turn = 0; turn < turns; turn++) {
                Device device = devices.get(random.nextInt(devices.size()));
                switch (random.nextInt(20)) {
                    case 0, 1, 2, 3, 4 -> world.commit();
                    case 5 -> world.moveSome();
                    case 6, 7 -> device.connect();
                    case 8 -> changeSet(device);
                    case 9 -> beginEpoch();
                    case 10 -> retire();
                    default -> device.page(random.nextInt(12) == 0);
                }
                devices.forEach(Device::noteSet);
            }
            devices.forEach(Device::finish);
        }

        private void changeSet(Device device) {
            sets.put(device.user, world.changed(sets.getOrDefault(device.user, ScopeSet.EMPTY)));
            feeds.scopesChanged(device.user);
        }

        private void retire() {
            Set<Long> retired = world.retireSome();
            sets.replaceAll((user, set) -> {
                Map<Long, Columns> columns = new HashMap<>();
                set.buckets().forEach(bucket -> columns.put(bucket, set.columns(bucket)));
                columns.keySet().removeAll(retired);
                return ScopeSet.of(columns);
            });
            feeds.scopesChanged();
        }

        private void beginEpoch() {
            if (random.nextInt(4) == 0) {
                store.newEpoch();
            }
        }

        private final class Device {

            private final String user;
            private final ModelDevice model = new ModelDevice(store);
            private final Set<Long> everHad = new HashSet<>();
            private @Nullable Follower follower;
            private boolean woken = true;

            Device(String user) {
                this.user = user;
                connect();
            }

            void connect() {
                connect(random.nextBoolean());
            }

            private void connect(boolean live) {
                Scopes.Reader reader = new Scopes.Reader(user.hashCode(), user);
                if (follower != null) {
                    follower.close();
                }
                follower = random.nextInt(3) == 0 ? null : feeds.follow(reader, () -> woken = true);
                model.connect(new RelayDownload(downloads, reader, follower, world.limits()), live);
                woken = true;
            }

            void page(boolean lost) {
                // A device that follows is only looked after when it is woken.
                if (follower != null && !woken) {
                    assertHoldsScopeIfLive();
                    return;
                }
                Page page = lost ? model.lose() : model.next();
                if (page == null) {
                    woken = false;
                    assertHoldsScopeIfLive();
                    return;
                }
                ModelDevice.patches(page).getPatchList().forEach(this::check);
                if (lost) {
                    connect();
                } else if (page.getConsistent()) {
                    assertHoldsScope();
                }
            }

            void finish() {
                if (random.nextBoolean()) {
                    connect(random.nextBoolean());
                }
                for (int left = 10_000; left > 0 && (woken || follower == null); left--) {
                    Page page = model.next();
                    woken = page != null;
                    if (page != null) {
                        ModelDevice.patches(page).getPatchList().forEach(this::check);
                    } else if (follower == null) {
                        break;
                    }
                }
                if (model.isLive()) {
                    assertHoldsScope();
                }
            }

            private void check(Patch patch) {
                RecordKey key = new RecordKey(patch.getType(), patch.getId());
                Columns visible = world.visible(key, sets.getOrDefault(user, ScopeSet.EMPTY));
                if (patch.getLeave()) {
                    assertThat(visible.any()).isFalse();
                    assertThat(world.memberships(key).all()).anyMatch(one -> everHad.contains(one.bucket()));
                    return;
                }
                assertThat(visible.any()).isTrue();
                Record said = Record.decode(key, patch.getState().toByteArray());
                assertThat(said.fields()).allMatch(visible::shows);
                assertThat(patch.getGoneList())
                        .allMatch(gone -> visible.shows(new FieldName(gone.getName(), new Kind(gone.getKind()))));
            }

            void noteSet() {
                everHad.addAll(sets.getOrDefault(user, ScopeSet.EMPTY).buckets());
            }

            private void assertHoldsScopeIfLive() {
                if (model.isLive() && model.isConsistent()) {
                    assertHoldsScope();
                }
            }

            private void assertHoldsScope() {
                Map<RecordKey, String> held = new TreeMap<>();
                model.base().forEach((key, record) -> held.put(key, hex(record.encode())));
                assertThat(held).isEqualTo(world.scope(sets.getOrDefault(user, ScopeSet.EMPTY)));
            }
        }
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** What a device that has a set may see of a record. */
    static Columns visible(Memberships memberships, ScopeSet set) {
        Columns visible = Columns.NONE;
        for (long bucket : memberships.buckets()) {
            visible = visible.and(set.columns(bucket));
        }
        return visible;
    }

    static Map<RecordKey, String> scope(RelayView view, Iterable<RecordKey> keys, ScopeSet set) {
        Map<RecordKey, String> scope = new TreeMap<>();
        for (RecordKey key : keys) {
            StoredRecord stored = view.record(key).orElse(null);
            Columns visible = stored == null ? Columns.NONE : visible(stored.memberships(), set);
            if (stored != null && visible.any()) {
                Set<FieldName> names = new HashSet<>();
                stored.record().fields().stream().filter(visible::shows).forEach(field -> names.add(field.name()));
                scope.put(key, hex(stored.record().only(names).encode()));
            }
        }
        return scope;
    }
}
