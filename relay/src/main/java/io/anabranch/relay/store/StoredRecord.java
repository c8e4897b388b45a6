package io.anabranch.relay.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A record as the relay keeps it: its state and, beside it, stamps that say when each part last changed.
 *
 * <p>There is no log of operations. What a reader lacks that has everything up to a sequence is the fields stamped after it,
 * with the record's whole context: {@link #patch}. That is exact and minimal, and no larger for a field that changed often. A
 * change of the context alone, as when writes are superseded that never arrived, moves the record too: its patch has no
 * fields.
 *
 * <p>The state is decoded when it is asked for and encoded when it must be stored, so a reader that lacks the whole record is
 * sent the stored bytes as they are. Looks immutable, but is for one thread at a time.
 */
public final class StoredRecord {

    private final RecordKey key;
    private final Stamps stamps;
    private final Memberships memberships;
    private @Nullable ByteString state;
    private @Nullable Record record;

    private StoredRecord(Place place, @Nullable ByteString state, @Nullable Record record) {
        this.key = place.key;
        this.stamps = place.stamps;
        this.memberships = place.memberships;
        this.state = state;
        this.record = record;
    }

    /** What is kept of a record beside its state. */
    private record Place(RecordKey key, Stamps stamps, Memberships memberships) {}

    /**
     * A record of which nothing was known before, in no bucket.
     *
     * @param state the record's encoding if it is at hand: kept, not to be changed
     * @param sequence of the commit that brought it
     */
    public static StoredRecord created(Record record, byte @Nullable [] state, long sequence) {
        ByteString wrapped = state == null ? null : UnsafeByteOperations.unsafeWrap(state);
        return new StoredRecord(new Place(record.key(), Stamps.uniform(sequence), Memberships.NONE), wrapped, record);
    }

    /**
     * This record after a change, in the same buckets at the same places; this one itself if nothing is different.
     *
     * @param sequence of the commit that changed it, after this record's
     */
    public StoredRecord changed(Record after, long sequence) {
        Record before = record();
        if (before.equals(after)) {
            return this;
        }
        Stamps changed = stamps.changed(before.fields(), after.fields(), sequence);
        return new StoredRecord(new Place(key, changed, memberships), null, after);
    }

    /** This record in other buckets; this one itself if the memberships are the same. */
    public StoredRecord in(Memberships others) {
        return others.equals(memberships) ? this : new StoredRecord(new Place(key, stamps, others), state, record);
    }

    /** Type and id. */
    public RecordKey key() {
        return key;
    }

    /** The buckets it is in, or has left. */
    public Memberships memberships() {
        return memberships;
    }

    /** The sequence of the latest change of its state. */
    public long sequence() {
        return stamps.sequence();
    }

    /** The record; the first call decodes it. */
    public Record record() {
        Record known = record;
        if (known == null) {
            known = Record.decode(key, state().toByteArray());
            record = known;
        }
        return known;
    }

    /** The record's canonical encoding; the first call may encode it. */
    public ByteString state() {
        ByteString known = state;
        if (known == null) {
            known = UnsafeByteOperations.unsafeWrap(record().encode());
            state = known;
        }
        return known;
    }

    /**
     * What a reader lacks that has everything up to a sequence, and may have part of what came after it. So fields that
     * became empty are named even for a reader from the start: it may have had the record from an earlier page.
     *
     * @param since before {@link #sequence}
     */
    public Patch patch(long since) {
        List<FieldName> gone = stamps.goneAfter(since);
        return new Patch(stamps.allAfter(since) ? state() : only(stamps.after(since, record().fields())), gone);
    }

    /** The same for a reader who may see only some fields: neither these nor the names of others are in it. */
    public Patch patch(long since, Predicate<FieldName> visible) {
        Set<FieldName> names = stamps.after(since, record().fields());
        names.removeIf(visible.negate());
        List<FieldName> gone = stamps.goneAfter(since).stream().filter(visible).toList();
        return new Patch(only(names), gone);
    }

    /** The state for a reader who may see only some fields: these with the whole context, in canonical encoding. */
    public ByteString visible(Predicate<FieldName> visible) {
        Set<FieldName> names = new HashSet<>();
        record().fields().forEach(field -> names.add(field.name()));
        return names.removeIf(visible.negate()) ? only(names) : state();
    }

    private ByteString only(Set<FieldName> names) {
        return UnsafeByteOperations.unsafeWrap(record().only(names).encode());
    }

    /**
     * What a reader lacks of a record.
     *
     * @param state a record in canonical encoding: the fields that changed, and the whole context
     * @param gone the fields that became empty, ascending
     */
    public record Patch(ByteString state, List<FieldName> gone) {

        /** Copies the list. */
        public Patch {
            gone = List.copyOf(gone);
        }
    }

    /** Stamps, memberships, state. */
    byte[] encode() {
        ByteString encoded = state();
        byte[] beside = new byte[stamps.encodedSizeMax() + memberships.encodedSizeMax()];
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(beside);
            stamps.encode(out);
            memberships.encode(out, stamps.sequence());
            int size = out.getTotalBytesWritten();
            byte[] bytes = Arrays.copyOf(beside, size + encoded.size());
            encoded.copyTo(bytes, size);
            return bytes;
        } catch (IOException e) {
            throw new IllegalStateException("the stamps of a record are larger than expected: " + key, e);
        }
    }

    /** Keeps the bytes. */
    static StoredRecord decode(RecordKey key, byte[] bytes) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            Stamps stamps = Stamps.decode(in);
            Memberships memberships = Memberships.decode(in, stamps.sequence());
            int at = in.getTotalBytesRead();
            ByteString state = UnsafeByteOperations.unsafeWrap(bytes, at, bytes.length - at);
            return new StoredRecord(new Place(key, stamps, memberships), state, null);
        } catch (IOException e) {
            throw new IllegalStateException("a stored record is damaged; restore the relay's data: " + key, e);
        }
    }
}
