package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.BASE;
import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.identity.CommitKey;
import io.anabranch.replica.storage.MemoryStorage;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.wire.RecordKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A replica's state over storage that can lose its power, with the real key and a clock of its own. */
final class Device {

    /** Negative, since all 64 bits of an id count. */
    static final long REPLICA = 0x9000_0000_0000_0007L;

    final CommitKey key = CommitKey.ofSeed(new byte[CommitKey.SEED_SIZE]);
    final List<RecordChange> changes = new ArrayList<>();
    MemoryStorage storage = new MemoryStorage(ReplicaFamilies.all());
    ReplicaState state;
    int signatures;
    private final int inMemoryMax;
    private long millis = 1_800_000_000_000L;

    Device() {
        this(Integer.MAX_VALUE);
    }

    /** With a limit on the records of unconfirmed commits that are kept track of in memory. */
    Device(int inMemoryMax) {
        this.inMemoryMax = inMemoryMax;
        state = open();
    }

    /** Loses the power and starts again; all that was not made durable may be gone. */
    void crash(RandomGenerator random) {
        storage = storage.crash(random);
        changes.clear();
        state = open();
    }

    /** One save, durable and visible. */
    long commit(Consumer<CommitBuilder> save) {
        CommitGroup group = state.newGroup();
        long seq = group.add(save);
        group.write();
        return seq;
    }

    /** One save of one record. */
    long edit(RecordKey record, Consumer<RecordEdit> changesOfIt) {
        return commit(builder -> changesOfIt.accept(builder.edit(record)));
    }

    /** What the store has as confirmed. */
    Record base(RecordKey record) {
        byte[] storageKey = RecordKeys.encode(record);
        byte[] apart = storage.get(BASE, storageKey);
        byte[] bytes = apart == null ? storage.get(RECORDS, storageKey) : apart;
        return bytes == null || bytes.length == 0 ? Record.empty(record) : Record.decode(record, bytes);
    }

    Commit pending(long seq) {
        Commit commit = state.pending(seq, 1).get(0);
        if (commit.seq() != seq) {
            throw new AssertionError("commit " + seq + " is not pending");
        }
        return commit;
    }

    /** How far the cursor, which {@link ModelRelay} makes, is. */
    long progress() {
        byte[] cursor = state.cursor();
        return cursor.length == 0 ? 0 : ByteBuffer.wrap(cursor).getLong(Long.BYTES);
    }

    /** The last consistent position before the cursor. */
    long since() {
        byte[] cursor = state.cursor();
        return cursor.length == 0 ? 0 : ByteBuffer.wrap(cursor).getLong();
    }

    /** Everything the store holds, for telling that nothing changed. */
    String dump() {
        StringBuilder dump = new StringBuilder();
        ReplicaFamilies.all().forEach(family -> {
            try (Scan scan = storage.scan(family, new byte[0], null)) {
                while (scan.next()) {
                    dump.append(family)
                            .append(List.of(ByteBuffer.wrap(scan.key()), ByteBuffer.wrap(scan.value()))
                                    .hashCode());
                }
            }
        });
        return dump.toString();
    }

    private ReplicaState open() {
        ReplicaState opened = new ReplicaState(storage, REPLICA, this::sign, () -> millis++, inMemoryMax);
        opened.listen(changes::addAll);
        return opened;
    }

    private byte[] sign(byte[] message) {
        if (new String(message, StandardCharsets.ISO_8859_1).startsWith("anabranch commits")) {
            signatures++;
        }
        return key.sign(message);
    }
}
