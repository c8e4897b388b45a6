package io.anabranch.replica.reconcile;

import com.google.protobuf.CodedInputStream;
import io.anabranch.replica.wire.MalformedMessageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one message of the package's grammar, which comes from outside: what does not fit is malformed. */
final class MessageReader {

    /** Most asks or answers that a message may have. */
    static final int ASKS_MAX = 4_096;
    /** Most items that an answer may name, and parts it may have. */
    static final int NAMED_MAX = 256;

    private static final int BOUND_SIZE_MAX = 8 << 10;
    private static final byte[] NOTHING = new byte[0];

    private final CodedInputStream in;
    private byte[] bound = NOTHING;

    private MessageReader(byte[] message, int kind) throws IOException {
        this.in = CodedInputStream.newInstance(message);
        require(number() == kind, "a comparison's message is of another kind");
    }

    /** The asks of a question. */
    static List<Part> question(byte[] message) {
        try {
            MessageReader reader = new MessageReader(message, MessageWriter.QUESTION);
            List<Part> asks = new ArrayList<>();
            byte[] before = NOTHING;
            while (!reader.in.isAtEnd()) {
                require(asks.size() < ASKS_MAX, "a question has too many ranges");
                Part ask = reader.ask(before);
                asks.add(ask);
                byte[] end = ask.end();
                if (end == null) {
                    require(reader.in.isAtEnd(), "a range follows the last one");
                    break;
                }
                before = end;
            }
            require(!asks.isEmpty(), "a question asks nothing");
            return asks;
        } catch (IOException e) {
            throw new MalformedMessageException("a question is malformed", e);
        }
    }

    /** The answers to the first of these asks. */
    static List<Answer> answers(byte[] message, List<Part> asks) {
        try {
            MessageReader reader = new MessageReader(message, MessageWriter.ANSWERS);
            List<Answer> answers = new ArrayList<>();
            while (!reader.in.isAtEnd()) {
                require(answers.size() < asks.size(), "there are more answers than questions");
                answers.add(reader.answer(asks.get(answers.size())));
            }
            require(!answers.isEmpty(), "a question is not answered");
            return answers;
        } catch (IOException e) {
            throw new MalformedMessageException("an answer is malformed", e);
        }
    }

    private Part ask(byte[] endBefore) throws IOException {
        long form = number();
        require(form <= (MessageWriter.HAS_FROM | MessageWriter.HAS_NO_END), "a range has an unknown form");
        byte[] from = endBefore;
        if ((form & MessageWriter.HAS_FROM) != 0) {
            from = bound();
            require(Arrays.compareUnsigned(from, endBefore) > 0, "ranges are out of order");
        }
        byte[] end = null;
        if ((form & MessageWriter.HAS_NO_END) == 0) {
            end = bound();
            require(Arrays.compareUnsigned(end, from) > 0, "a range is empty");
        }
        return new Part(from, end, fingerprint());
    }

    private Answer answer(Part ask) throws IOException {
        long kind = number();
        if (kind == MessageWriter.SAME) {
            return new Answer.Same();
        } else if (kind == MessageWriter.PARTS) {
            return parts(ask);
        }
        require(kind == MessageWriter.NAMED, "an answer is of an unknown kind");
        return named(ask);
    }

    private Answer parts(Part ask) throws IOException {
        long count = number();
        require(count >= 2 && count <= NAMED_MAX, "an answer's parts are out of range");
        List<Part> parts = new ArrayList<>();
        byte[] from = ask.from();
        for (long left = count; left > 0; left--) {
            if (left == 1) {
                parts.add(new Part(from, ask.end(), fingerprint()));
            } else {
                byte[] end = bound();
                require(isWithin(end, from, ask.end()), "an answer's parts are out of order");
                parts.add(new Part(from, end, fingerprint()));
                from = end;
            }
        }
        return new Answer.Parts(parts);
    }

    private Answer named(Part ask) throws IOException {
        long count = number();
        require(count >= 0 && count <= NAMED_MAX, "an answer names too many");
        List<Answer.Item> items = new ArrayList<>();
        byte[] last = null;
        for (long left = count; left > 0; left--) {
            byte[] key = bound();
            boolean isNext =
                    last == null ? Arrays.compareUnsigned(key, ask.from()) >= 0 : Arrays.compareUnsigned(key, last) > 0;
            require(isNext && isBefore(key, ask.end()), "an answer's items are out of order");
            items.add(new Answer.Item(key, hash(1)));
            last = key;
        }
        return new Answer.Named(items);
    }

    private static boolean isWithin(byte[] bound, byte[] from, byte @Nullable [] end) {
        return Arrays.compareUnsigned(bound, from) > 0 && isBefore(bound, end);
    }

    private static boolean isBefore(byte[] key, byte @Nullable [] end) {
        return end == null || Arrays.compareUnsigned(key, end) < 0;
    }

    private byte[] bound() throws IOException {
        long shared = number();
        long length = number();
        require(shared >= 0 && shared <= bound.length, "a bound shares more than there is");
        require(length >= 0 && shared + length <= BOUND_SIZE_MAX, "a bound is too long");
        byte[] rest = in.readRawBytes((int) length);
        byte[] key = Arrays.copyOf(bound, (int) (shared + length));
        System.arraycopy(rest, 0, key, (int) shared, rest.length);
        bound = key;
        return key;
    }

    private Fingerprint fingerprint() throws IOException {
        long count = number();
        require(count >= 0, "a count is out of range");
        return count == 0 ? Fingerprint.NONE : hash(count);
    }

    private Fingerprint hash(long count) throws IOException {
        return new Fingerprint(count, in.readFixed64(), in.readFixed64());
    }

    private long number() throws IOException {
        return in.readUInt64();
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new MalformedMessageException(message);
        }
    }
}
