package io.anabranch.replica.encryption;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.KeySlots;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/** The bytes of a {@link KeyFile}. Under a digest, so that damage is told from a wrong passphrase. */
final class KeyFileBytes {

    static final int SIZE_MAX = 64 << 10;
    private static final byte[] MAGIC = "anabkey\0".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST_SIZE = 32;

    private KeyFileBytes() {}

    static byte[] encode(KeySlots slots) {
        ByteString content = ByteString.copyFrom(MAGIC).concat(slots.toByteString());
        byte[] digest = digest(content.toByteArray());
        return content.concat(ByteString.copyFrom(digest)).toByteArray();
    }

    /** Empty if these are not bytes that were encoded. */
    static Optional<KeySlots> decode(byte[] bytes) {
        int end = bytes.length - DIGEST_SIZE;
        if (end < MAGIC.length
                || bytes.length > SIZE_MAX
                || !Arrays.equals(MAGIC, 0, MAGIC.length, bytes, 0, MAGIC.length)
                || !Arrays.equals(digest(Arrays.copyOf(bytes, end)), Arrays.copyOfRange(bytes, end, bytes.length))) {
            return Optional.empty();
        }
        try {
            return Optional.of(KeySlots.parseFrom(ByteString.copyFrom(bytes, MAGIC.length, end - MAGIC.length)));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no SHA-256 in this JDK", e);
        }
    }
}
