package io.anabranch.replica.state;

import io.anabranch.replica.commit.CommitId;
import io.anabranch.replica.storage.EncryptedFamilies;
import io.anabranch.replica.storage.Family;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The column families of a device's store, and how their keys are made. */
public final class ReplicaFamilies {

    /** Record key → the view, in canonical encoding. */
    public static final Family RECORDS = new Family("records");
    /** Record key → the base where commits are unconfirmed; empty bytes where the relay has no such record. */
    public static final Family BASE = new Family("base");
    /** Replica, seq → a commit that is not judged, or not yet in the base. */
    public static final Family PENDING = new Family("pending");
    /** Replica, seq → a commit that was rejected: a sync error. */
    public static final Family ERRORS = new Family("errors");
    /** Record key, 0, replica, seq → nothing: the unconfirmed commits of each record. */
    public static final Family BY_RECORD = new Family("by_record");
    /** Index, value, record id → whether the value counts for the order; see {@link RecordIndexes}. */
    public static final Family INDEX = new Family("index");
    /** Number → a page that waits for a consistent one; {@code r}, record key → what its base is to become. */
    public static final Family STAGED = new Family("staged");
    /** Hash of content, record key → the reference: what records refer to. May have more than is true, never less. */
    public static final Family ATTACHMENTS = new Family("attachments");
    /** Identity, cursor, head of the commit chain, and other single values. */
    public static final Family META = new Family("meta");

    /** Where a store that is to take the place of this one is made: records, base, index, staged and meta as here; see {@link NextGeneration}. */
    static final Family NEXT_RECORDS = new Family("next.records");

    static final Family NEXT_BASE = new Family("next.base");
    static final Family NEXT_INDEX = new Family("next.index");
    static final Family NEXT_STAGED = new Family("next.staged");
    static final Family NEXT_META = new Family("next.meta");

    /** What is to be known to encrypt a store: where keys have what fields have, and which families take the place of which. */
    public static final EncryptedFamilies ENCRYPTED = new EncryptedFamilies(
            Set.of(INDEX, NEXT_INDEX, ATTACHMENTS),
            Map.of(
                    NEXT_RECORDS, RECORDS,
                    NEXT_BASE, BASE,
                    NEXT_INDEX, INDEX,
                    NEXT_STAGED, STAGED,
                    NEXT_META, META),
            NEXT_RECORDS);

    /** Numbers of pages are below. */
    static final byte[] FIRST_STAGED_ROW = {'r'};

    static final byte[] END_OF_STAGED_ROWS = {'r' + 1};

    /** Records of this type are made by devices, about themselves, and are nothing that a person works with. */
    public static final String TRACKING = "$tracking";

    static final int COMMIT_KEY_SIZE = 2 * Long.BYTES;

    private ReplicaFamilies() {}

    /** All of them. */
    public static List<Family> all() {
        List<Family> families =
                new ArrayList<>(List.of(RECORDS, BASE, PENDING, ERRORS, BY_RECORD, STAGED, META, INDEX, ATTACHMENTS));
        families.addAll(ofNext());
        return List.copyOf(families);
    }

    /** Those of a store that is to take the place of this one. */
    static List<Family> ofNext() {
        return List.of(NEXT_RECORDS, NEXT_BASE, NEXT_INDEX, NEXT_STAGED, NEXT_META);
    }

    /** Those whose keys are or begin with record keys and whose values have content. */
    static List<Family> ofRecords() {
        return List.of(RECORDS, BASE);
    }

    /** Those that have content of records for a while, under other keys. */
    static List<Family> ofTraces() {
        return List.of(PENDING, ERRORS, STAGED, INDEX, ATTACHMENTS);
    }

    /** Whether records of a type are made by devices about themselves, and are not shown as anyone's work. */
    public static boolean isOwnMaking(String type) {
        return type.equals(TRACKING);
    }

    static byte[] stagedRowKey(byte[] recordKey) {
        return ByteBuffer.allocate(1 + recordKey.length)
                .put(FIRST_STAGED_ROW)
                .put(recordKey)
                .array();
    }

    static byte[] metaKey(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] commitKey(long replica, long seq) {
        return ByteBuffer.allocate(COMMIT_KEY_SIZE)
                .putLong(replica)
                .putLong(seq)
                .array();
    }

    static byte[] commitKey(CommitId id) {
        return commitKey(id.replica(), id.seq());
    }

    static CommitId commitId(byte[] commitKey) {
        ByteBuffer buffer = ByteBuffer.wrap(commitKey);
        return new CommitId(buffer.getLong(), buffer.getLong());
    }

    static long seqOf(byte[] commitKey) {
        return ByteBuffer.wrap(commitKey).getLong(Long.BYTES);
    }

    static byte[] byRecordKey(byte[] recordKey, byte[] commitKey) {
        return ByteBuffer.allocate(recordKey.length + 1 + commitKey.length)
                .put(recordKey)
                .put((byte) 0)
                .put(commitKey)
                .array();
    }

    static byte[] commitKeyOf(byte[] byRecordKey) {
        return Arrays.copyOfRange(byRecordKey, byRecordKey.length - COMMIT_KEY_SIZE, byRecordKey.length);
    }

    static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    static long number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong();
    }
}
