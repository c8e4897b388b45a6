package io.anabranch.crdt;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the canonical encoding that the package documentation defines. */
final class RecordEncoder {

    static final int VERSION = 1;
    static final int SIMPLE = 0x80;
    static final int SIMPLE_ELSEWHERE = 0x40;
    static final int SIMPLE_MASK = 0x3f;
    static final int SIMPLE_TEXT = 16;
    static final int SIMPLE_TEXT_SIZE_MAX = SIMPLE_MASK - SIMPLE_TEXT;
    static final int TYPE_MASK = 0x0f;
    static final int ESCAPE = 15;
    static final int FIELD_FOLD = 0x10;
    static final int FIELD_SINGLE = 0x20;
    static final int ENTRY_DOT = 0x10;
    static final int ENTRY_STAMP = 0x20;
    static final int ENTRY_KEY = 0x40;
    static final int ENTRY_STAMPED = 0x80;

    private static final byte[] NO_TEXT = {};

    private final Record record;
    private final DotSet context;
    private final long[] stamps;
    private final ByteSink out = new ByteSink();
    private final DotForecast forecast;

    RecordEncoder(Record record) {
        this.record = record;
        this.context = record.context();
        this.stamps = distinctStamps(record.fields());
        this.forecast = new DotForecast(stamps.length);
    }

    byte[] encode() {
        out.byteOf(VERSION);
        out.varint(context.replicaCount());
        for (int i = 0; i < context.replicaCount(); i++) {
            out.fixed(context.replicaAt(i));
        }
        for (int i = 0; i < context.replicaCount(); i++) {
            spans(context.spansAt(i));
        }
        stamps();
        out.varint(record.fields().size());
        record.fields().forEach(this::field);
        return out.toByteArray();
    }

    private void spans(long[] spans) {
        if (spans.length == 2 && spans[0] == 1) {
            out.varint(spans[1] << 1);
            return;
        }
        out.varint(spans.length | 1L);
        long end = 1;
        for (int i = 0; i < spans.length; i += 2) {
            out.varint(spans[i] - end);
            out.varint(spans[i + 1] - spans[i]);
            end = spans[i + 1] + 1;
        }
    }

    private void stamps() {
        out.varint(stamps.length);
        long previousMillis = 0;
        for (long stamp : stamps) {
            int counter = HybridClock.counter(stamp);
            long millis = HybridClock.millis(stamp);
            out.varint(((millis - previousMillis) << 1) | (counter == 0 ? 0 : 1));
            if (counter != 0) {
                out.varint(counter);
            }
            previousMillis = millis;
        }
    }

    private void field(Field field) {
        out.text(field.name().name());
        Entry only = field.entries().size() == 1 ? field.entries().get(0) : null;
        if (only != null && field.fold() == null && isSimple(field.name().kind(), only)) {
            simple(only);
            return;
        }
        int code = field.name().kind().code();
        out.byteOf(
                Math.min(code, ESCAPE) | (field.fold() == null ? 0 : FIELD_FOLD) | (only == null ? 0 : FIELD_SINGLE));
        if (code >= ESCAPE) {
            out.varint(code - ESCAPE);
        }
        fold(field.fold());
        if (only == null) {
            out.varint(field.entries().size());
        }
        for (Entry entry : field.entries()) {
            entry(entry, (entry.key() == null ? 0 : ENTRY_KEY) | (entry.stamp() == 0 ? 0 : ENTRY_STAMPED));
        }
    }

    static boolean isSimple(Kind kind, Entry only) {
        return kind.equals(Kind.REGISTER) && only.key() == null && only.stamp() != 0;
    }

    private void fold(@Nullable Fold fold) {
        if (fold != null) {
            out.varint(fold.at().epoch());
            out.varint(fold.at().sequence());
            typedValue(fold.total());
        }
    }

    private void simple(Entry entry) {
        int replica = replicaOf(entry);
        int stamp = stampOf(entry);
        boolean dotFollows = !forecast.foretells(stamp, replica, entry.dot().n());
        boolean elsewhere = dotFollows || stamp != forecast.stamp();
        Value value = entry.value();
        byte[] text = value instanceof Value.Text content ? Utf8.encode(content.text()) : NO_TEXT;
        boolean isShort = value instanceof Value.Text && text.length <= SIMPLE_TEXT_SIZE_MAX;
        int code = isShort ? SIMPLE_TEXT + text.length : typeOf(value);
        out.byteOf(SIMPLE | (elsewhere ? SIMPLE_ELSEWHERE : 0) | code);
        if (elsewhere) {
            out.varint(stamp << 1 | (dotFollows ? 1 : 0));
        }
        dot(entry, replica, stamp, dotFollows);
        if (isShort) {
            out.bytes(text);
        } else if (value instanceof Value.Text) {
            out.block(text);
        } else if (value != null) {
            content(value);
        }
    }

    private void entry(Entry entry, int head) {
        int replica = replicaOf(entry);
        int stamp = stampOf(entry);
        boolean dotFollows = !forecast.foretells(stamp, replica, entry.dot().n());
        boolean stampFollows = stamp != forecast.stamp();
        Value key = entry.key();
        Value value = entry.value();
        out.byteOf(head | typeOf(value) | (dotFollows ? ENTRY_DOT : 0) | (stampFollows ? ENTRY_STAMP : 0));
        if (key != null) {
            typedValue(key);
        }
        if (stampFollows) {
            out.varint(stamp);
        }
        dot(entry, replica, stamp, dotFollows);
        if (value != null) {
            content(value);
        }
    }

    private void dot(Entry entry, int replica, int stamp, boolean follows) {
        long n = entry.dot().n();
        if (follows) {
            out.varint(n * context.replicaCount() + replica);
        }
        forecast.note(stamp, replica, n);
    }

    private int replicaOf(Entry entry) {
        int replica = context.indexOf(entry.dot().replica());
        if (replica < 0) {
            throw new IllegalStateException("an entry's dot is not in the record's context: " + entry.dot());
        }
        return replica;
    }

    private int stampOf(Entry entry) {
        return entry.stamp() == 0 ? forecast.stamp() : Arrays.binarySearch(stamps, entry.stamp());
    }

    private static int typeOf(@Nullable Value value) {
        return value == null ? Value.NONE : Math.min(value.type(), ESCAPE);
    }

    private void typedValue(Value value) {
        out.byteOf(Math.min(value.type(), ESCAPE));
        content(value);
    }

    private void content(Value value) {
        if (value instanceof Value.Text text) {
            out.text(text.text());
        } else if (value instanceof Value.Whole whole) {
            out.varint((whole.number() << 1) ^ (whole.number() >> 63));
        } else if (value instanceof Value.Real real) {
            out.fixed(Double.doubleToLongBits(real.number()));
        } else if (value instanceof Value.Binary binary) {
            out.block(binary.bytes());
        } else if (value instanceof Value.Opaque opaque) {
            if (opaque.type() >= ESCAPE) {
                out.varint(opaque.type() - ESCAPE);
            }
            out.block(opaque.bytes());
        }
    }

    /** Ascending, without repetition. One stamp for all is the common case, so it comes first. */
    private static long[] distinctStamps(List<Field> fields) {
        long first = 0;
        boolean several = false;
        int count = 0;
        for (Field field : fields) {
            for (Entry entry : field.entries()) {
                if (entry.stamp() != 0) {
                    several |= count > 0 && entry.stamp() != first;
                    first = entry.stamp();
                    count++;
                }
            }
        }
        if (!several) {
            return count == 0 ? new long[0] : new long[] {first};
        }
        return fields.stream()
                .flatMap(field -> field.entries().stream())
                .mapToLong(Entry::stamp)
                .filter(stamp -> stamp != 0)
                .sorted()
                .distinct()
                .toArray();
    }

    /** A growing array of bytes. */
    private static final class ByteSink {

        private byte[] bytes = new byte[512];
        private int size;

        void byteOf(int value) {
            reserve(1);
            bytes[size++] = (byte) value;
        }

        void varint(long value) {
            reserve(10);
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                bytes[size++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            bytes[size++] = (byte) rest;
        }

        void fixed(long value) {
            reserve(8);
            for (int shift = 56; shift >= 0; shift -= 8) {
                bytes[size++] = (byte) (value >>> shift);
            }
        }

        void text(String text) {
            block(Utf8.encode(text));
        }

        void block(byte[] block) {
            varint(block.length);
            bytes(block);
        }

        void bytes(byte[] block) {
            reserve(block.length);
            System.arraycopy(block, 0, bytes, size, block.length);
            size += block.length;
        }

        byte[] toByteArray() {
            return Arrays.copyOf(bytes, size);
        }

        private void reserve(int more) {
            if (size + more > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
            }
        }
    }
}
