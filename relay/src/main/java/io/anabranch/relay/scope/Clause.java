package io.anabranch.relay.scope;

import io.anabranch.crdt.Value;
import io.anabranch.relay.scope.clause.Conjunct;
import io.anabranch.relay.store.Buckets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A clause in force, and the ids of its buckets: one for each key. Ids are hashes, so they need not be kept; whoever asks for the
 * same finds the same. Thread-safe.
 */
final class Clause {

    private static final int KNOWN_MAX = 100_000;

    private final Conjunct conjunct;
    private final byte[] hash;
    private final String name;
    private final Map<List<Value>, Long> known = new ConcurrentHashMap<>();

    Clause(byte[] storeId, Conjunct conjunct) {
        this.conjunct = conjunct;
        this.hash = digest(storeId, conjunct.text());
        this.name = HexFormat.of().formatHex(hash, 0, 16);
    }

    Conjunct conjunct() {
        return conjunct;
    }

    /** Names the clause for good: the same for the same text. */
    String name() {
        return name;
    }

    /** The bucket of the records with a key. */
    long bucket(List<Value> key) {
        Long bucket = known.get(key);
        if (bucket == null) {
            bucket = bucket(hash, key);
            if (known.size() >= KNOWN_MAX) {
                known.clear();
            }
            known.put(key, bucket);
        }
        return bucket;
    }

    /** The bucket that holds what is known of one user. */
    static long ofUser(byte[] storeId, String user) {
        return bucket(digest(storeId, "$user"), List.of(Value.of(user)));
    }

    private static long bucket(byte[] hash, List<Value> key) {
        StringBuilder text = new StringBuilder();
        for (Value value : key) {
            String shown = value.toString();
            text.append(value.type())
                    .append(':')
                    .append(shown.length())
                    .append(':')
                    .append(shown);
        }
        long bucket = ByteBuffer.wrap(digest(hash, text.toString())).getLong();
        boolean isReserved = bucket >= 0 && bucket < Buckets.RESERVED_END;
        return isReserved ? bucket + Buckets.RESERVED_END : bucket;
    }

    private static byte[] digest(byte[] prefix, String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(prefix);
            return digest.digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform lacks SHA-256", e);
        }
    }
}
