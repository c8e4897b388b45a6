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
import java.util.List;
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
    private @Nullable ByteString state;
    private @Nullable Record record;

    private StoredRecord(RecordKey key, Stamps stamps, @Nullable ByteString state, @Nullable Record record) {
        this.key = key;
        this.stamps = stamps;
        this.state = state;
        this.record = record;
    }

    /**
     * A record of which nothing was known before.
     *
     * @param state the record's encoding if it is at hand: kept, not to be changed
     * @param sequence of the commit that brought it
     */
    public static StoredRecord created(Record record, byte @Nullable [] state, long sequence) {
        ByteString wrapped = state == null ? null : UnsafeByteOperations.unsafeWrap(state);
        return new StoredRecord(record.key(), Stamps.uniform(sequence), wrapped, record);
    }

    /**
     * This record after a change; this one itself if nothing is different.
     *
     * @param sequence of the commit that changed it, after this record's
     */
    public StoredRecord changed(Record after, long sequence) {
        Record before = record();
        if (before.equals(after)) {
            return this;
        }
        return new StoredRecord(key, stamps.changed(before.fields(), after.fields(), sequence), null, after);
    }

    /** Type and id. */
    public RecordKey key() {
        return key;
    }

    /** The sequence of the latest change. */
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
        if (stamps.allAfter(since)) {
            return new Patch(state(), gone);
        }
        Record lacking = record().only(stamps.after(since, record().fields()));
        return new Patch(UnsafeByteOperations.unsafeWrap(lacking.encode()), gone);
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

    /** Stamps, then state. */
    byte[] encode() {
        ByteString encoded = state();
        byte[] bytes = new byte[stamps.encodedSizeMax() + encoded.size()];
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            stamps.encode(out);
            int size = out.getTotalBytesWritten();
            encoded.copyTo(bytes, size);
            return Arrays.copyOf(bytes, size + encoded.size());
        } catch (IOException e) {
            throw new IllegalStateException("the stamps of a record are larger than expected: " + key, e);
        }
    }

    /** Keeps the bytes. */
    static StoredRecord decode(RecordKey key, byte[] bytes) {
        try {
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            Stamps stamps = Stamps.decode(in);
            int at = in.getTotalBytesRead();
            return new StoredRecord(key, stamps, UnsafeByteOperations.unsafeWrap(bytes, at, bytes.length - at), null);
        } catch (IOException e) {
            throw new IllegalStateException("a stored record is damaged; restore the relay's data: " + key, e);
        }
    }
}
