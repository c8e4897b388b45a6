package io.anabranch.replica.reconcile;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes one message of the package's grammar. */
final class MessageWriter {

    static final int QUESTION = 1;
    static final int ANSWERS = 2;
    static final int HAS_FROM = 1;
    static final int HAS_NO_END = 2;
    static final int SAME = 0;
    static final int PARTS = 1;
    static final int NAMED = 2;
    static final int HASH_SIZE = 16;

    private static final byte[] NOTHING = new byte[0];

    private final ByteString.Output bytes = ByteString.newOutput();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    private byte[] bound = NOTHING;
    private byte @Nullable [] askEnd = NOTHING;
    private boolean any;

    private MessageWriter() {}

    static MessageWriter question() {
        return new MessageWriter().kind(QUESTION);
    }

    static MessageWriter answers() {
        return new MessageWriter().kind(ANSWERS);
    }

    private MessageWriter kind(int kind) {
        number(kind);
        return this;
    }

    void ask(Part part) {
        boolean continues = any && Arrays.equals(part.from(), askEnd);
        boolean isFirst = !any && part.from().length == 0;
        boolean hasFrom = !continues && !isFirst;
        number((hasFrom ? HAS_FROM : 0) + (part.end() == null ? HAS_NO_END : 0));
        if (hasFrom) {
            bound(part.from());
        }
        if (part.end() != null) {
            bound(part.end());
        }
        fingerprint(part.fingerprint());
        askEnd = part.end();
        any = true;
    }

    void answer(Answer answer) {
        any = true;
        if (answer instanceof Answer.Same) {
            number(SAME);
        } else if (answer instanceof Answer.Parts parts) {
            number(PARTS);
            number(parts.parts().size());
            for (int i = 0; i < parts.parts().size(); i++) {
                byte[] end = parts.parts().get(i).end();
                if (i + 1 < parts.parts().size() && end != null) {
                    bound(end);
                }
                fingerprint(parts.parts().get(i).fingerprint());
            }
        } else if (answer instanceof Answer.Named named) {
            number(NAMED);
            number(named.items().size());
            for (Answer.Item item : named.items()) {
                bound(item.key());
                hash(item.hash());
            }
        }
    }

    boolean isEmpty() {
        return !any;
    }

    /** Bytes so far. */
    int size() {
        return out.getTotalBytesWritten();
    }

    byte[] bytes() {
        try {
            out.flush();
            return bytes.toByteString().toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory could not be written", e);
        }
    }

    private void bound(byte[] key) {
        int mismatch = Arrays.mismatch(bound, key);
        int shared = mismatch < 0 ? key.length : mismatch;
        number(shared);
        number(key.length - shared);
        try {
            out.writeRawBytes(key, shared, key.length - shared);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory could not be written", e);
        }
        bound = key;
    }

    private void fingerprint(Fingerprint fingerprint) {
        number(fingerprint.count());
        if (fingerprint.count() > 0) {
            hash(fingerprint);
        }
    }

    private void hash(Fingerprint fingerprint) {
        try {
            out.writeFixed64NoTag(fingerprint.high());
            out.writeFixed64NoTag(fingerprint.low());
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory could not be written", e);
        }
    }

    private void number(long number) {
        try {
            out.writeUInt64NoTag(number);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory could not be written", e);
        }
    }
}
