package io.anabranch.relay.grant;

import com.google.protobuf.ByteString;
import io.anabranch.proto.Grant;
import io.anabranch.proto.SignedStatement;
import io.anabranch.relay.scope.ScopeEngine;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayTable;
import io.anabranch.replica.commit.CommitChain;
import io.anabranch.replica.identity.CarryKey;
import io.anabranch.replica.peer.GrantRules;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Signs grants, and opens what was sealed for the relay. Thread-safe. The key for that is made with the store and kept in it. */
public final class Grants {

    /** How long a grant is valid. */
    public static final Duration LIFE = Duration.ofDays(14);

    private static final byte[] ROW = "carry".getBytes(StandardCharsets.US_ASCII);
    private static final Duration RENEWED_AFTER = Duration.ofDays(1);

    private final ScopeEngine scopes;
    private final BiFunction<String, ByteString, SignedStatement> signer;
    private final InstantSource clock;
    private final byte[] carryKeys;

    /**
     * Grants of a store.
     *
     * @param signer signs in the name of the relay, by purpose
     */
    public Grants(
            RelayStore store,
            ScopeEngine scopes,
            BiFunction<String, ByteString, SignedStatement> signer,
            InstantSource clock) {
        this.scopes = scopes;
        this.signer = signer;
        this.clock = clock;
        this.carryKeys = carryKeys(store.table("relay"));
    }

    private static byte[] carryKeys(RelayTable table) {
        byte @Nullable [] row = table.get(ROW);
        if (row == null) {
            byte[] made = CarryKey.generate();
            row = table.putIfAbsent(ROW, made) ? made : table.get(ROW);
        }
        if (row == null) {
            throw new IllegalStateException("the relay's carry key is missing; restore the relay's data");
        }
        return row;
    }

    /**
     * The grant of a device; empty if the one that it has says the same and is not a day old.
     *
     * @param revision of the one that it has, empty if it has none
     * @param expiresMillis of that one, ms since 1970
     */
    public Optional<SignedStatement> renewed(Scopes.Reader reader, ByteString revision, long expiresMillis) {
        byte[] carryKey = Arrays.copyOfRange(carryKeys, CarryKey.KEY_SIZE, 2 * CarryKey.KEY_SIZE);
        Grant granted = scopes.granted(reader)
                .setReplica(reader.replica())
                .setUser(reader.user())
                .setDeviceType(reader.deviceType())
                .setCarryKey(ByteString.copyFrom(carryKey))
                .build();
        ByteString now = ByteString.copyFrom(CommitChain.hash(granted.toByteArray()));
        long nowMillis = clock.millis();
        boolean isFresh = expiresMillis - nowMillis > LIFE.minus(RENEWED_AFTER).toMillis();
        if (now.equals(revision) && isFresh) {
            return Optional.empty();
        }
        ByteString bytes = granted.toBuilder()
                .setRevision(now)
                .setIssuedMillis(nowMillis)
                .setExpiresMillis(nowMillis + LIFE.toMillis())
                .build()
                .toByteString();
        return Optional.of(signer.apply(GrantRules.PURPOSE, bytes));
    }

    /** The body of a commit that was sealed for this relay; empty if it was not, or is not the one with this hash. */
    public Optional<byte[]> open(byte[] hash, byte[] sealed) {
        return CarryKey.open(carryKeys, hash, sealed);
    }
}
