package io.anabranch.relay.scope;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.anabranch.relay.store.Buckets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a user is to have on a device: buckets, and of each bucket's records the columns that can be seen. A record in several of
 * them can be seen by the columns of all of them together. Immutable; equal sets have equal bytes.
 */
public final class ScopeSet {

    /** Nothing. */
    public static final ScopeSet EMPTY = new ScopeSet(new TreeMap<>());
    /** Every record with every field, as long as no rule says otherwise. */
    public static final ScopeSet EVERYTHING = of(Map.of(Buckets.EVERYTHING, Columns.ALL));

    private static final int HASH_SIZE = 16;

    private final SortedMap<Long, Columns> columns;
    /** Computed when it is asked for, by whom it may be; always the same. */
    private volatile @Nullable ByteString hash;

    private ScopeSet(SortedMap<Long, Columns> columns) {
        this.columns = Collections.unmodifiableSortedMap(columns);
    }

    /** The set of these buckets. Those without visibility are left out. */
    public static ScopeSet of(Map<Long, Columns> columnsByBucket) {
        SortedMap<Long, Columns> columns = new TreeMap<>();
        columnsByBucket.forEach((bucket, visible) -> {
            if (visible.any()) {
                columns.put(bucket, visible);
            }
        });
        return new ScopeSet(columns);
    }

    /** Ascending. */
    public Set<Long> buckets() {
        return columns.keySet();
    }

    /** Whether it has a bucket. */
    public boolean contains(long bucket) {
        return columns.containsKey(bucket);
    }

    /** What can be seen of a bucket's records by it, {@link Columns#NONE} if the bucket is not in the set. */
    public Columns columns(long bucket) {
        return columns.getOrDefault(bucket, Columns.NONE);
    }

    /** Whether there is nothing in it. */
    public boolean isEmpty() {
        return columns.isEmpty();
    }

    /** What is in one or the other. */
    public ScopeSet and(ScopeSet other) {
        if (other.isEmpty() || equals(other)) {
            return this;
        }
        SortedMap<Long, Columns> both = new TreeMap<>(columns);
        other.columns.forEach((bucket, visible) -> both.merge(bucket, visible, Columns::and));
        return new ScopeSet(both);
    }

    /** The buckets of this set that the other has with at least the same columns; as in this set. */
    public ScopeSet keptBy(ScopeSet other) {
        SortedMap<Long, Columns> kept = new TreeMap<>(columns);
        kept.entrySet().removeIf(entry -> !other.columns(entry.getKey()).covers(entry.getValue()));
        return kept.size() == columns.size() ? this : new ScopeSet(kept);
    }

    /** What names the set: 16 bytes of the SHA-256 of its bytes, none for {@link #EMPTY}. */
    public ByteString hash() {
        ByteString known = hash;
        if (known == null) {
            known = isEmpty() ? ByteString.EMPTY : ByteString.copyFrom(sha256(encode()), 0, HASH_SIZE);
            hash = known;
        }
        return known;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform lacks SHA-256", e);
        }
    }

    /** The set as bytes. */
    public byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeUInt32NoTag(columns.size());
            for (Map.Entry<Long, Columns> entry : columns.entrySet()) {
                out.writeFixed64NoTag(entry.getKey());
                out.writeBoolNoTag(entry.getValue().excluding());
                out.writeUInt32NoTag(entry.getValue().names().size());
                for (String name : entry.getValue().names()) {
                    out.writeStringNoTag(name);
                }
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory could not be written", e);
        }
        return bytes.toByteArray();
    }

    /** The set of bytes that {@link #encode} gave. */
    public static ScopeSet decode(byte[] bytes) {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        SortedMap<Long, Columns> columns = new TreeMap<>();
        try {
            for (int left = in.readUInt32(); left > 0; left--) {
                long bucket = in.readFixed64();
                boolean excluding = in.readBool();
                List<String> names = new ArrayList<>();
                for (int more = in.readUInt32(); more > 0; more--) {
                    names.add(in.readString());
                }
                columns.put(bucket, excluding ? Columns.allBut(names) : Columns.of(names));
            }
        } catch (IOException e) {
            throw new IllegalStateException("a stored scope set is damaged; restore the relay's data", e);
        }
        return new ScopeSet(columns);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ScopeSet that && columns.equals(that.columns);
    }

    @Override
    public int hashCode() {
        return columns.hashCode();
    }

    @Override
    public String toString() {
        return columns.toString();
    }
}
