package io.anabranch.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.DownloadRequest;
import io.anabranch.proto.PeerMessage;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.admission.Early;
import io.anabranch.relay.admission.RefusedBatchException;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.session.Carriage;
import io.anabranch.relay.session.Downloads;
import io.anabranch.relay.session.PageLimits;
import io.anabranch.relay.session.RelayDownload;
import io.anabranch.relay.session.RelayUpload;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.identity.CarryKey;
import io.anabranch.replica.peer.PeerSession;
import io.anabranch.replica.session.Downloader;
import io.anabranch.replica.session.Uploader;
import io.anabranch.replica.state.CommitRun;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.storage.MemoryStorage;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.RecordKeys;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** One seed's network: devices that save, meet in whatever pairs the partition of the day allows, crash, and now and then reach the relay. */
final class PeerRun {

    private static final int DEVICES = 4;
    private static final int KEYS_PER_TYPE = 4;

    private final Random random;
    private final byte[] carryKeys = CarryKey.generate();
    private final List<PeerDevice> devices = new ArrayList<>();
    private final KeyValueRelayStore store;
    private final Admission admission;
    private final Downloads downloads;
    private long millis = 1_800_000_000_000L;
    private long words;
    /** How many of the next messages get through. */
    private int cutAfter = Integer.MAX_VALUE;

    PeerRun(long seed, boolean scoped) {
        this.random = new Random(seed);
        for (int i = 0; i < DEVICES; i++) {
            Set<String> types = new TreeSet<>();
            for (int type = 0; type < PeerDevice.TYPES; type++) {
                if (!scoped || random.nextBoolean() || type == i % PeerDevice.TYPES) {
                    types.add("t" + type);
                }
            }
            devices.add(new PeerDevice(this, random.nextLong(), types));
        }
        this.store = KeyValueRelayStore.open(new MemoryStorage(KeyValueRelayStore.FAMILIES), new Random(seed));
        AdmissionRule rule = (author, before, after, delta) -> delta.value("f0")
                        .filter(value -> value.toString().endsWith("3"))
                        .isPresent()
                ? Optional.of(Rejection.newBuilder()
                        .setCode(RejectionCode.VALIDATION_FAILED)
                        .setMessage("Choose another word.")
                        .build())
                : Optional.empty();
        this.admission = new Admission(store, AdmissionLimits.DEFAULT, rule, this::millis);
        this.downloads = new Downloads(store, admission.scopes(), (replica, report) -> {}, this::millis);
    }

    Random random() {
        return random;
    }

    long millis() {
        return millis++;
    }

    String word() {
        return "w" + words++;
    }

    byte[] carryKey() {
        return Arrays.copyOfRange(carryKeys, CarryKey.KEY_SIZE, 2 * CarryKey.KEY_SIZE);
    }

    RecordKey key(Set<String> types) {
        List<String> list = List.copyOf(types);
        return new RecordKey(list.get(random.nextInt(list.size())), "r" + random.nextInt(KEYS_PER_TYPE));
    }

    boolean isGenuine(long replica, byte[] commitKey) {
        return author(replica)
                .filter(author -> Arrays.equals(author.commitKey(), commitKey))
                .isPresent();
    }

    private Optional<Author> author(long replica) {
        return devices.stream()
                .map(PeerDevice::author)
                .filter(author -> author.replica() == replica)
                .findFirst();
    }

    List<Record> all(PeerDevice device) {
        List<Record> records = new ArrayList<>();
        try (Scan scan = device.storage().scan(ReplicaFamilies.BY_RECORD, new byte[0], null)) {
            while (scan.next()) {
                RecordKey key = RecordKeys.decode(Arrays.copyOf(scan.key(), scan.key().length - 17), 0);
                records.add(device.state().view(key));
            }
        }
        return records;
    }

    /** Some days of it. */
    void live(int steps, boolean scoped, double relayChance) {
        for (int i = 0; i < steps; i++) {
            PeerDevice device = devices.get(random.nextInt(DEVICES));
            int action = random.nextInt(10);
            if (action < 4) {
                device.save();
            } else if (action < 8) {
                PeerDevice other = devices.get(random.nextInt(DEVICES));
                if (other != device) {
                    cutAfter = random.nextInt(4) == 0 ? random.nextInt(6) : Integer.MAX_VALUE;
                    meet(device, other);
                    cutAfter = Integer.MAX_VALUE;
                }
            } else if (action == 8) {
                device.crash();
            } else if (random.nextDouble() < relayChance) {
                upload(device);
                if (!scoped) {
                    download(device);
                }
            }
            check(device);
        }
    }

    void check(PeerDevice device) {
        assertThat(device.isWithinGrant()).as("%s within its grant", device).isTrue();
        for (RecordKey key : keys()) {
            assertThat(device.state().view(key))
                    .as("view of %s at %s", key, device)
                    .isEqualTo(model(device, key));
        }
    }

    /** The base with all that is unconfirmed here, computed anew from what was made. */
    private Record model(PeerDevice device, RecordKey key) {
        byte[] base = device.state().repairs().base(key);
        Record view = base == null ? Record.empty(key) : Record.decode(key, base);
        boolean known = !view.isEmpty();
        for (PeerDevice author : devices) {
            for (Commit commit : author.made) {
                for (Record delta : commit.deltas()) {
                    if (delta.key().equals(key) && isPlainAt(device, commit)) {
                        view = view.join(delta);
                        known |= delta.creates();
                    }
                }
            }
        }
        return known ? view : Record.empty(key);
    }

    private static boolean isPlainAt(PeerDevice device, Commit commit) {
        byte[] key = java.nio.ByteBuffer.allocate(16)
                .putLong(commit.replica())
                .putLong(commit.seq())
                .array();
        try {
            byte[] row = device.storage().get(ReplicaFamilies.PENDING, key);
            row = row == null ? device.storage().get(ReplicaFamilies.ERRORS, key) : row;
            return row != null
                    && !io.anabranch.proto.PendingCommit.parseFrom(row).hasSealed();
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    List<RecordKey> keys() {
        List<RecordKey> keys = new ArrayList<>();
        for (int type = 0; type < PeerDevice.TYPES; type++) {
            for (int id = 0; id < KEYS_PER_TYPE; id++) {
                keys.add(new RecordKey("t" + type, "r" + id));
            }
        }
        return keys;
    }

    void meet(PeerDevice one, PeerDevice other) {
        PeerSession first = new PeerSession(one.state(), one, other.author().replica());
        PeerSession second = new PeerSession(other.state(), other, one.author().replica());
        Deque<PeerMessage> toSecond = new ArrayDeque<>();
        Deque<PeerMessage> toFirst = new ArrayDeque<>();
        int messages = 0;
        boolean moved = true;
        while (moved && !(first.isOver() && second.isOver())) {
            moved = pump(first, toSecond) || pump(second, toFirst);
            for (PeerMessage message : List.copyOf(toSecond)) {
                if (++messages > cutAfter) {
                    return;
                }
                second.receive(message);
                moved = true;
            }
            toSecond.clear();
            for (PeerMessage message : List.copyOf(toFirst)) {
                if (++messages > cutAfter) {
                    return;
                }
                first.receive(message);
                moved = true;
            }
            toFirst.clear();
        }
        assertThat(first.isOver() && second.isOver()).as("the exchange ends").isTrue();
    }

    private static boolean pump(PeerSession from, Deque<PeerMessage> to) {
        boolean moved = false;
        for (PeerMessage message = from.next(); message != null; message = from.next()) {
            to.add(message);
            moved = true;
        }
        return moved;
    }

    void upload(PeerDevice device) {
        Uploader uploader = device.uploader();
        uploader.open();
        RelayUpload relay = new RelayUpload(device.author(), store, this::millis, new Carriage() {
            @Override
            public Optional<Author> author(long replica) {
                return PeerRun.this.author(replica);
            }

            @Override
            public Optional<byte[]> open(byte[] hash, byte[] sealed) {
                return CarryKey.open(carryKeys, hash, sealed);
            }
        });
        for (int i = 0; i < 10_000; i++) {
            UploadRequest request = uploader.next();
            if (request != null) {
                relay.receive(request).ifPresent(received -> admit(relay, received));
            }
            UploadReply reply = relay.next();
            if (reply != null) {
                uploader.receive(reply);
            } else if (request == null) {
                assertThat(uploader.isDrained())
                        .as("the upload of %s ends", device)
                        .isTrue();
                return;
            }
        }
        throw new AssertionError("an upload does not end");
    }

    private void admit(RelayUpload relay, RelayUpload.Received received) {
        VerifiedCommits verified;
        try {
            verified = received.verify();
        } catch (MalformedMessageException e) {
            throw new AssertionError("genuine commits are refused", e);
        }
        try (Round round = admission.begin()) {
            List<VerdictRun> runs = round.admit(verified);
            Optional<Early> early = round.early(verified);
            round.append();
            early.ifPresent(relay::early);
            relay.judged(runs);
        } catch (RefusedBatchException e) {
            assertThat(relay.goesOnAfter(received.commits(), e))
                    .as("refused: %s", e)
                    .isTrue();
        }
    }

    void download(PeerDevice device) {
        Downloader downloader = device.downloader();
        downloader.open();
        RelayDownload relay = downloads.begin(new Scopes.Reader(device.author().replica(), "user"), PageLimits.DEFAULT);
        while (!downloader.isCaughtUp()) {
            for (DownloadRequest request = downloader.next(); request != null; request = downloader.next()) {
                relay.receive(request);
            }
            DownloadReply reply = relay.next();
            if (reply == null) {
                return;
            }
            downloader.receive(reply);
        }
    }

    /** One device meets all others and then reaches the relay for them; nobody else has been there. */
    void bringHome() {
        PeerDevice carrier = devices.get(0);
        for (PeerDevice device : devices) {
            if (device != carrier) {
                meet(device, carrier);
            }
        }
        upload(carrier);
        requireAllJudged();
    }

    private void requireAllJudged() {
        try (RelayView view = store.view()) {
            for (PeerDevice device : devices) {
                assertThat(view.replicaHead(device.author().replica()).nextSeq() - 1)
                        .as("what the relay has of %s", device)
                        .isEqualTo(device.state().lastSeq());
            }
        }
    }

    /** Everyone reaches the relay. */
    void settle(boolean scoped) {
        for (int turn = 0; turn < 2; turn++) {
            for (PeerDevice device : devices) {
                upload(device);
                if (!scoped) {
                    download(device);
                }
            }
        }
        requireAllJudged();
        for (PeerDevice device : devices) {
            for (CommitRun run : device.state().carried().runs()) {
                throw new AssertionError(device + " still carries " + run);
            }
            if (!scoped) {
                assertThat(device.state().carried().count())
                        .as("carried by %s", device)
                        .isZero();
                assertThat(device.state().pendingCount()).isZero();
                for (RecordKey key : keys()) {
                    byte[] mine = device.state().repairs().base(key);
                    byte[] first = devices.get(0).state().repairs().base(key);
                    assertThat(mine).as("%s of %s", key, device).isEqualTo(first);
                }
            }
            check(device);
        }
    }
}
