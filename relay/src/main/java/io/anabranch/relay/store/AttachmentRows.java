package io.anabranch.relay.store;

import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.storage.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Adds a row for whatever looks like a reference in a record's encoding. Texts stand in it as they are, so it need not be decoded; a
 * row too many does no harm, since rows are checked against their records, and rows of references that went are collected later.
 */
final class AttachmentRows {

    private static final byte[] PREFIX = AttachmentRef.PREFIX.getBytes(StandardCharsets.US_ASCII);
    private static final int HEX_LENGTH = 2 * ContentHash.SIZE;

    private AttachmentRows() {}

    static void add(WriteBatch batch, byte[] recordKey, ByteBuffer state) {
        int last = state.limit() - PREFIX.length - HEX_LENGTH;
        for (int at = state.position(); at <= last; at++) {
            if (state.get(at) == PREFIX[0] && isPrefix(state, at)) {
                byte[] hex = new byte[HEX_LENGTH];
                state.get(at + PREFIX.length, hex);
                add(batch, recordKey, new String(hex, StandardCharsets.ISO_8859_1));
            }
        }
    }

    private static void add(WriteBatch batch, byte[] recordKey, String hex) {
        if (ContentHash.isOne(hex)) {
            batch.put(Layout.ATTACHMENTS, row(new ContentHash(hex), recordKey), new byte[0]);
        }
    }

    static byte[] row(ContentHash hash, byte[] recordKey) {
        return Layout.concat(hash.bytes(), recordKey);
    }

    private static boolean isPrefix(ByteBuffer state, int at) {
        for (int i = 1; i < PREFIX.length; i++) {
            if (state.get(at + i) != PREFIX[i]) {
                return false;
            }
        }
        return true;
    }
}
