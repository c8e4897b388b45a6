package io.anabranch.replica.state;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the base of a record is to become: all of it, so that to apply it is to move it.
 *
 * @param kind what is to be done
 * @param indexes what that does to the indexes, if the view is the base
 * @param state the base in canonical encoding; empty bytes for nothing
 */
record StagedRow(Kind kind, Indexes indexes, byte[] state) {

    static final StagedRow LEAVES = new StagedRow(Kind.LEAVES, Indexes.NONE, new byte[0]);

    private static final byte GOES = 2;

    /** What is to be done. */
    enum Kind {
        /** The record leaves the device's scope. */
        LEAVES(0),
        /** The base is replaced. */
        REPLACES(1),
        /** The base is replaced by less: something of what it was must not stay in the files. */
        NARROWS(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        private static Kind of(int code) {
            return switch (code) {
                case 0 -> LEAVES;
                case 1 -> REPLACES;
                case 2 -> NARROWS;
                default -> throw new StorageException("a staged record is damaged; refresh the store", Map.of(), null);
            };
        }
    }

    /**
     * What a row does to indexes.
     *
     * @param signature of the indexes that this is about: with others it is of no use
     * @param changes their entries that change
     */
    record Indexes(int signature, List<IndexChange> changes) {

        static final Indexes NONE = new Indexes(0, List.of());

        private int size() {
            int size = 2 * Integer.BYTES;
            for (IndexChange change : changes) {
                size += 1 + Integer.BYTES + change.key().length;
            }
            return size;
        }

        private void writeTo(ByteBuffer buffer) {
            buffer.putInt(signature).putInt(changes.size());
            for (IndexChange change : changes) {
                byte[] mark = change.mark();
                buffer.put(mark == null ? GOES : mark[0])
                        .putInt(change.key().length)
                        .put(change.key());
            }
        }

        private static Indexes readFrom(ByteBuffer buffer) {
            int signature = buffer.getInt();
            int count = buffer.getInt();
            if (count == 0) {
                return signature == 0 ? NONE : new Indexes(signature, List.of());
            }
            List<IndexChange> changes = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                byte mark = buffer.get();
                byte[] key = new byte[buffer.getInt()];
                buffer.get(key);
                changes.add(new IndexChange(key, mark == GOES ? null : new byte[] {mark}));
            }
            return new Indexes(signature, changes);
        }
    }

    static StagedRow decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        Kind kind = Kind.of(buffer.get());
        Indexes indexes = Indexes.readFrom(buffer);
        byte[] state = new byte[buffer.remaining()];
        buffer.get(state);
        return new StagedRow(kind, indexes, state);
    }

    byte[] encode() {
        ByteBuffer buffer = ByteBuffer.allocate(1 + indexes.size() + state.length);
        buffer.put((byte) kind.code);
        indexes.writeTo(buffer);
        return buffer.put(state).array();
    }

    Record record(RecordKey key) {
        return state.length == 0 ? Record.empty(key) : Record.decode(key, state);
    }
}
