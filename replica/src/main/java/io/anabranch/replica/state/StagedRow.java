package io.anabranch.replica.state;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.storage.StorageException;
import java.util.Arrays;
import java.util.Map;

/**
 * What the base of a record is to become: all of it, so that to apply it is to move it.
 *
 * @param kind what is to be done
 * @param state the base in canonical encoding; empty bytes for nothing
 */
record StagedRow(Kind kind, byte[] state) {

    static final StagedRow LEAVES = new StagedRow(Kind.LEAVES, new byte[0]);

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

    static StagedRow of(Kind kind, byte[] state) {
        return new StagedRow(kind, state);
    }

    static StagedRow decode(byte[] bytes) {
        return new StagedRow(Kind.of(bytes[0]), Arrays.copyOfRange(bytes, 1, bytes.length));
    }

    byte[] encode() {
        byte[] bytes = new byte[1 + state.length];
        bytes[0] = (byte) kind.code;
        System.arraycopy(state, 0, bytes, 1, state.length);
        return bytes;
    }

    Record record(RecordKey key) {
        return state.length == 0 ? Record.empty(key) : Record.decode(key, state);
    }
}
