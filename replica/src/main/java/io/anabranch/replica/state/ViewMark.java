package io.anabranch.replica.state;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What tells the bytes of one view from all others: the first half of their SHA-256. Remembered instead of the bytes, so that the
 * relay's word on a record can be compared with what the device made without reading that again.
 */
record ViewMark(long high, long low) {

    static ViewMark of(byte[] view) {
        try {
            ByteBuffer digest =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(view));
            return new ViewMark(digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform lacks SHA-256", e);
        }
    }
}
