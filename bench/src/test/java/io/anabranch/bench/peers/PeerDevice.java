package io.anabranch.bench.peers;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.SignedStatement;
import io.anabranch.relay.admission.Author;
import io.anabranch.replica.commit.Commit;
import io.anabranch.replica.identity.CarryKey;
import io.anabranch.replica.identity.CommitKey;
import io.anabranch.replica.peer.PeerPolicy;
import io.anabranch.replica.peer.PeerRefusedException;
import io.anabranch.replica.session.Downloader;
import io.anabranch.replica.session.Uploader;
import io.anabranch.replica.state.CommitGroup;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.storage.MemoryStorage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A device of the peer simulation. It may see records of some types only; its certificate is its replica id and its commit key, which stands
 * for a chain that is valid.
 */
final class PeerDevice implements PeerPolicy {

    static final int TYPES = 3;

    private final PeerRun run;
    private final Random random;
    private final long replica;
    private final CommitKey key;
    private final Set<String> types;
    private MemoryStorage storage = new MemoryStorage(ReplicaFamilies.all());
    private ReplicaState state;
    final List<Commit> made = new ArrayList<>();

    PeerDevice(PeerRun run, long replica, Set<String> types) {
        this.run = run;
        this.random = run.random();
        this.replica = replica;
        this.types = types;
        byte[] seed = new byte[CommitKey.SEED_SIZE];
        random.nextBytes(seed);
        this.key = CommitKey.ofSeed(seed);
        this.state = open();
    }

    private ReplicaState open() {
        return new ReplicaState(storage, replica, key::sign, run::millis);
    }

    ReplicaState state() {
        return state;
    }

    MemoryStorage storage() {
        return storage;
    }

    Author author() {
        return new Author(replica, "user", key.publicKey());
    }

    Set<String> types() {
        return types;
    }

    void crash() {
        storage = storage.crash(random);
        state = open();
    }

    /** Someone saves, of what the device may see. */
    void save() {
        CommitGroup group = state.newGroup();
        for (int saves = random.nextInt(3); saves >= 0; saves--) {
            group.add(builder -> {
                for (int records = random.nextInt(2); records >= 0; records--) {
                    RecordKey record = run.key(types);
                    String field = "f" + random.nextInt(3);
                    if (random.nextInt(9) == 0) {
                        builder.edit(record).delete();
                    } else if (random.nextInt(4) == 0) {
                        builder.edit(record).increment("n", random.nextInt(5) + 1);
                    } else {
                        builder.edit(record).set(field, io.anabranch.crdt.Value.of(run.word()));
                    }
                }
            });
        }
        long first = state.lastSeq() + 1;
        group.write();
        made.addAll(state.pending(first, Integer.MAX_VALUE));
    }

    Uploader uploader() {
        return new Uploader(state);
    }

    Downloader downloader() {
        return new Downloader(state);
    }

    @Override
    public SignedStatement grant() {
        return SignedStatement.newBuilder()
                .setStatement(ByteString.copyFromUtf8(String.join(",", types)))
                .setSignature(ByteString.copyFrom(number(replica)))
                .build();
    }

    @Override
    public List<ByteString> certificates() {
        return List.of(ByteString.copyFrom(number(replica)), ByteString.copyFrom(key.publicKey()));
    }

    @Override
    public Audience audience(SignedStatement grant) {
        List<String> allowed = Arrays.asList(grant.getStatement().toStringUtf8().split(",", -1));
        return commit -> commit.deltas().stream()
                .allMatch(delta -> allowed.contains(delta.key().type()));
    }

    @Override
    public byte[] commitKey(long of, List<ByteString> certificates) {
        if (certificates.size() != 2 || !certificates.get(0).equals(ByteString.copyFrom(number(of)))) {
            throw new PeerRefusedException("a certificate is of another replica");
        }
        return run.isGenuine(of, certificates.get(1).toByteArray())
                ? certificates.get(1).toByteArray()
                : new byte[CommitKey.PUBLIC_KEY_SIZE];
    }

    @Override
    public byte[] seal(byte[] hash, byte[] body) {
        return CarryKey.seal(run.carryKey(), hash, body);
    }

    /** Whether nothing readable here is of a type that it may not see. */
    boolean isWithinGrant() {
        List<Record> records = run.all(this);
        return records.stream().allMatch(record -> types.contains(record.key().type()));
    }

    static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    @Override
    public String toString() {
        return "device " + Long.toHexString(replica);
    }
}
