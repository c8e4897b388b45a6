package io.anabranch.replica.state;

import static io.anabranch.replica.state.ReplicaFamilies.INDEX;
import static io.anabranch.replica.state.ReplicaFamilies.META;
import static io.anabranch.replica.state.ReplicaFamilies.RECORDS;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.RecordKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The secondary indexes of a store.
 *
 * <p>An entry is index, value, record id, for each value that a living record holds in the field, and one for no value if it holds none; it
 * is marked if it is the value that counts for the order. Entries are written with the view, in its batch. A new index is kept up from the
 * start, and filled in portions by {@link #build}; it is used when that is done. Where each index is stands in the family {@code meta}, so
 * a reader that has a snapshot has the indexes that belong to it.
 */
public final class RecordIndexes {

    private static final int PORTION = 500;
    private static final byte[] FIRST = {1};
    private static final byte[] FURTHER = {0};
    private static final byte BUILDING = 0;
    private static final byte READY = 1;
    /** With the state: a record has had more than one value. */
    private static final byte PLURAL = 2;

    private final Storage storage;
    private final Map<String, Map<IndexDeclaration, Index>> byType = new HashMap<>();
    private int lastId;

    /** An index: its number, the key of the last record it was filled with, and whether any record has had more than one value. */
    private record Index(int id, Operand.Field field, byte state, boolean isPlural, byte[] reached) {

        Index plural() {
            return new Index(id, field, state, true, reached);
        }

        byte[] encode() {
            return ByteBuffer.allocate(Integer.BYTES + 1 + reached.length)
                    .putInt(id)
                    .put(isPlural ? (byte) (state | PLURAL) : state)
                    .put(reached)
                    .array();
        }

        static Index decode(IndexDeclaration declaration, byte[] bytes) {
            return new Index(
                    ByteBuffer.wrap(bytes).getInt(),
                    new Operand.Field(declaration.field()),
                    (byte) (bytes[Integer.BYTES] & ~PLURAL),
                    (bytes[Integer.BYTES] & PLURAL) != 0,
                    Arrays.copyOfRange(bytes, Integer.BYTES + 1, bytes.length));
        }
    }

    RecordIndexes(Storage storage) {
        this.storage = storage;
        byte[] from = ReplicaMeta.indexKey("");
        try (Scan scan = storage.scan(META, from, ReplicaMeta.endOf(from))) {
            while (scan.next()) {
                String name =
                        new String(scan.key(), from.length, scan.key().length - from.length, StandardCharsets.UTF_8);
                int zero = name.indexOf(0);
                IndexDeclaration declaration = new IndexDeclaration(name.substring(0, zero), name.substring(zero + 1));
                put(declaration, Index.decode(declaration, scan.value()));
            }
        }
    }

    /**
     * Makes the indexes those that are declared: begins new ones, drops those that are not. Owning thread.
     *
     * @return whether there is something to {@link #build}
     */
    public boolean declare(Set<IndexDeclaration> declared) {
        WriteBatch batch = new WriteBatch();
        List<IndexDeclaration> dropped = new ArrayList<>();
        byType.values()
                .forEach(indexes -> indexes.forEach((declaration, index) -> {
                    if (!declared.contains(declaration)) {
                        dropped.add(declaration);
                        batch.delete(META, ReplicaMeta.indexKey(name(declaration)));
                        batch.deleteRange(INDEX, number(index.id), number(index.id + 1));
                    }
                }));
        dropped.forEach(declaration -> of(declaration.type()).remove(declaration));
        for (IndexDeclaration declaration : declared) {
            if (!of(declaration.type()).containsKey(declaration)) {
                Index index =
                        new Index(lastId + 1, new Operand.Field(declaration.field()), BUILDING, false, new byte[0]);
                put(declaration, index);
                batch.put(META, ReplicaMeta.indexKey(name(declaration)), index.encode());
            }
        }
        if (!batch.isEmpty()) {
            storage.write(batch, Durability.BUFFERED);
        }
        return unfinished().isPresent();
    }

    /**
     * Fills one index with a portion of the records. Owning thread.
     *
     * @return whether there is more to do
     */
    public boolean build() {
        Optional<IndexDeclaration> next = unfinished();
        next.ifPresent(this::fill);
        return unfinished().isPresent();
    }

    /** What there are indexes of. */
    Set<IndexDeclaration> declarations() {
        Set<IndexDeclaration> declared = new HashSet<>();
        byType.values().forEach(indexes -> declared.addAll(indexes.keySet()));
        return declared;
    }

    /** The number of an index that is complete, as a reader sees it; empty if there is none. Any thread. */
    public static Optional<Integer> find(StorageReader reader, IndexDeclaration declaration) {
        byte[] bytes = reader.get(META, ReplicaMeta.indexKey(name(declaration)));
        return bytes == null || (bytes[Integer.BYTES] & ~PLURAL) != READY
                ? Optional.empty()
                : Optional.of(ByteBuffer.wrap(bytes).getInt());
    }

    /** Whether a record may have several values in an index that a reader sees: its place in the order is by one of them only. Any thread. */
    public static boolean isPlural(StorageReader reader, IndexDeclaration declaration) {
        byte[] bytes = reader.get(META, ReplicaMeta.indexKey(name(declaration)));
        return bytes != null && (bytes[Integer.BYTES] & PLURAL) != 0;
    }

    /** The first key of an index from a value on, for {@link IndexScan}. */
    static byte[] key(int id, byte[] value) {
        return ByteBuffer.allocate(Integer.BYTES + value.length)
                .putInt(id)
                .put(value)
                .array();
    }

    /** Tells the indexes of a type from those it had at another time; 0 if it has none. */
    int signature(String type) {
        Map<IndexDeclaration, Index> indexes = byType.get(type);
        if (indexes == null || indexes.isEmpty()) {
            return 0;
        }
        StringBuilder names = new StringBuilder();
        indexes.forEach((declaration, index) ->
                names.append(index.id).append(' ').append(name(declaration)).append('\n'));
        int hash = names.toString().hashCode();
        return hash == 0 ? 1 : hash;
    }

    /** Adds what a change of a view changes. */
    void update(WriteBatch batch, Record before, Record after) {
        changes(before, after).forEach(change -> change.writeTo(batch));
    }

    /** What a change of a view changes. */
    List<IndexChange> changes(Record before, Record after) {
        Map<IndexDeclaration, Index> indexes = byType.get(after.key().type());
        if (indexes == null || indexes.isEmpty()) {
            return List.of();
        }
        List<IndexChange> changes = new ArrayList<>();
        indexes.replaceAll((declaration, index) -> {
            SortedMap<byte[], byte[]> now = entries(index, after);
            addChanges(changes, entries(index, before), now);
            return now.size() > 1 && !index.isPlural ? plural(declaration, index) : index;
        });
        return changes;
    }

    /** Noted before an entry says so, and never taken back. */
    private Index plural(IndexDeclaration declaration, Index index) {
        Index plural = index.plural();
        WriteBatch batch = new WriteBatch();
        batch.put(META, ReplicaMeta.indexKey(name(declaration)), plural.encode());
        storage.write(batch, Durability.BUFFERED);
        return plural;
    }

    private static void addChanges(
            List<IndexChange> changes, SortedMap<byte[], byte[]> old, SortedMap<byte[], byte[]> now) {
        old.forEach((key, mark) -> {
            if (!now.containsKey(key)) {
                changes.add(new IndexChange(key, null));
            }
        });
        now.forEach((key, mark) -> {
            if (old.get(key) != mark) {
                changes.add(new IndexChange(key, mark));
            }
        });
    }

    private static SortedMap<byte[], byte[]> entries(Index index, Record record) {
        if (!record.alive()) {
            return new TreeMap<>(Arrays::compareUnsigned);
        }
        SortedMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
        byte[] id = record.key().id().getBytes(StandardCharsets.UTF_8);
        for (Value value : index.field.values(record)) {
            entries.putIfAbsent(entry(index.id, IndexKeys.of(value), id), entries.isEmpty() ? FIRST : FURTHER);
        }
        if (entries.isEmpty()) {
            entries.put(entry(index.id, IndexKeys.none(), id), FIRST);
        }
        return entries;
    }

    private static byte[] entry(int indexId, byte[] value, byte[] recordId) {
        return ByteBuffer.allocate(Integer.BYTES + value.length + recordId.length)
                .putInt(indexId)
                .put(value)
                .put(recordId)
                .array();
    }

    private Optional<IndexDeclaration> unfinished() {
        return byType.values().stream()
                .flatMap(indexes -> indexes.entrySet().stream())
                .filter(entry -> entry.getValue().state == BUILDING)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private void fill(IndexDeclaration declaration) {
        Index index = of(declaration.type()).get(declaration);
        if (index == null) {
            return;
        }
        WriteBatch batch = new WriteBatch();
        byte[] from = index.reached.length == 0
                ? RecordKeys.firstOf(declaration.type())
                : Arrays.copyOf(index.reached, index.reached.length + 1);
        byte @Nullable [] last = null;
        boolean isPlural = index.isPlural;
        try (Scan scan = storage.scan(RECORDS, from, RecordKeys.endOf(declaration.type()))) {
            for (int i = 0; i < PORTION && scan.next(); i++) {
                last = scan.key();
                Record record = Record.decode(RecordKeys.decode(last, 0), scan.value());
                SortedMap<byte[], byte[]> entries = entries(index, record);
                isPlural |= entries.size() > 1;
                entries.forEach((key, mark) -> batch.put(INDEX, key, mark));
            }
        }
        Index filled = last == null
                ? new Index(index.id, index.field, READY, isPlural, new byte[0])
                : new Index(index.id, index.field, BUILDING, isPlural, last);
        batch.put(META, ReplicaMeta.indexKey(name(declaration)), filled.encode());
        storage.write(batch, Durability.BUFFERED);
        put(declaration, filled);
    }

    private void put(IndexDeclaration declaration, Index index) {
        lastId = Math.max(lastId, index.id);
        of(declaration.type()).put(declaration, index);
    }

    private Map<IndexDeclaration, Index> of(String type) {
        return byType.computeIfAbsent(type, absent -> new LinkedHashMap<>());
    }

    private static String name(IndexDeclaration declaration) {
        return declaration.type() + '\0' + declaration.field();
    }

    private static byte[] number(int id) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(id).array();
    }
}
