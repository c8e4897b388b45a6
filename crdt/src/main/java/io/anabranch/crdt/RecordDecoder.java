package io.anabranch.crdt;

import static io.anabranch.crdt.MalformedRecordException.require;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the canonical encoding and nothing else: whatever is accepted is what {@link RecordEncoder} writes for it. Counts and
 * lengths are checked against the bytes that are left before anything of that size is made.
 */
final class RecordDecoder {

    private final ByteSource in;
    private long[] replicas = new long[0];
    private long[] stamps = new long[0];
    private boolean[] stampUsed = new boolean[0];
    private DotSet context = DotSet.EMPTY;
    private DotForecast forecast = new DotForecast(0);

    RecordDecoder(byte[] bytes) {
        this.in = new ByteSource(bytes);
    }

    Record decode(RecordKey key) {
        try {
            require(in.byteOf() == RecordEncoder.VERSION, "the version of the encoding is unknown");
            context();
            stamps();
            Record record = new Record(key, context, fields());
            require(in.isAtEnd(), "bytes follow the record");
            for (boolean used : stampUsed) {
                require(used, "a stamp is not in use");
            }
            return record;
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException("a part of the record is out of range or out of order", e);
        }
    }

    private void context() {
        replicas = new long[in.count(8)];
        for (int i = 0; i < replicas.length; i++) {
            replicas[i] = in.fixed();
            require(i == 0 || Long.compareUnsigned(replicas[i - 1], replicas[i]) < 0, "replicas are out of order");
        }
        long[][] spans = new long[replicas.length][];
        for (int i = 0; i < replicas.length; i++) {
            spans[i] = spans();
        }
        context = DotSet.ofParts(replicas, spans);
    }

    private long[] spans() {
        long head = in.varint();
        if ((head & 1) == 0) {
            return span(new long[2], 0, 1, (head >>> 1) - 1);
        }
        long spanCount = head >>> 1;
        require(spanCount >= 1 && spanCount <= in.remaining() / 2, "a count is larger than the bytes that follow");
        long[] spans = new long[2 * (int) spanCount];
        long end = 1;
        for (int i = 0; i < spans.length; i += 2) {
            long gap = in.bounded(Dot.N_MAX);
            require(gap > 0 || (i == 0 && spanCount > 1), "spans are not canonical");
            span(spans, i, end + gap, in.bounded(Dot.N_MAX));
            end = spans[i + 1] + 1;
        }
        return spans;
    }

    private static long[] span(long[] spans, int at, long first, long more) {
        require(more >= 0 && first + more <= Dot.N_MAX, "a span of dots is out of range");
        spans[at] = first;
        spans[at + 1] = first + more;
        return spans;
    }

    private void stamps() {
        stamps = new long[in.count(1)];
        stampUsed = new boolean[stamps.length];
        forecast = new DotForecast(stamps.length);
        long previous = 0;
        for (int i = 0; i < stamps.length; i++) {
            stamps[i] = stampAfter(previous);
            require(stamps[i] > previous, "stamps are out of order");
            previous = stamps[i];
        }
    }

    private long stampAfter(long previous) {
        long head = in.bounded(1L << 48);
        int counter = 0;
        if ((head & 1) != 0) {
            counter = (int) in.bounded(0xffff);
            require(counter != 0, "a stamp is not canonical");
        }
        return ((HybridClock.millis(previous) + (head >>> 1)) << 16) | counter;
    }

    private List<Field> fields() {
        int count = in.count(2);
        List<Field> fields = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            fields.add(field());
        }
        return fields;
    }

    private Field field() {
        int nameSize = in.count(1);
        int nameAt = in.skip(nameSize);
        int head = in.byteOf();
        if ((head & RecordEncoder.SIMPLE) != 0) {
            return new Field(in.registerName(nameAt, nameSize), null, List.of(simple(head)));
        }
        require(
                (head & ~(RecordEncoder.TYPE_MASK | RecordEncoder.FIELD_FOLD | RecordEncoder.FIELD_SINGLE)) == 0,
                "a field's head is not canonical");
        Kind kind = new Kind(escaped(head & RecordEncoder.TYPE_MASK, Kind.CODE_MAX));
        Fold fold = (head & RecordEncoder.FIELD_FOLD) == 0 ? null : fold();
        return new Field(
                new FieldName(in.textAt(nameAt, nameSize), kind),
                fold,
                entries(kind, fold, (head & RecordEncoder.FIELD_SINGLE) != 0));
    }

    private Fold fold() {
        int epoch = (int) in.bounded(Integer.MAX_VALUE);
        Position at = new Position(epoch, in.bounded(Long.MAX_VALUE));
        return new Fold(at, typedValue());
    }

    private List<Entry> entries(Kind kind, @Nullable Fold fold, boolean single) {
        if (single) {
            Entry only = entry(in.byteOf());
            require(fold != null || !RecordEncoder.isSimple(kind, only), "a field is not canonical");
            return List.of(only);
        }
        int count = in.count(1);
        require(count != 1, "a field's count is not canonical");
        List<Entry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(entry(in.byteOf()));
        }
        return entries;
    }

    private Entry simple(int head) {
        boolean elsewhere = (head & RecordEncoder.SIMPLE_ELSEWHERE) != 0;
        int code = elsewhere ? (int) in.bounded(Integer.MAX_VALUE) : forecast.stamp() << 1;
        int stamp = code >>> 1;
        require(!elsewhere || code != forecast.stamp() << 1, "a stamp is not canonical");
        long time = use(stamp);
        Dot dot = dot(stamp, (code & 1) != 0);
        return new Entry(null, dot, time, simpleValue(head & RecordEncoder.SIMPLE_MASK));
    }

    private @Nullable Value simpleValue(int code) {
        if (code >= RecordEncoder.SIMPLE_TEXT) {
            return Value.of(in.text(code - RecordEncoder.SIMPLE_TEXT));
        } else if (code == Value.TEXT) {
            int size = in.count(1);
            require(size > RecordEncoder.SIMPLE_TEXT_SIZE_MAX, "a text's size is not canonical");
            return Value.of(in.text(size));
        }
        return code == Value.NONE ? null : content(code);
    }

    private Entry entry(int head) {
        Value key = (head & RecordEncoder.ENTRY_KEY) == 0 ? null : typedValue();
        boolean stamped = (head & RecordEncoder.ENTRY_STAMPED) != 0;
        int stamp = forecast.stamp();
        if ((head & RecordEncoder.ENTRY_STAMP) != 0) {
            stamp = (int) in.bounded(Integer.MAX_VALUE);
            require(stamped && stamp != forecast.stamp(), "a stamp is not canonical");
        }
        long time = stamped ? use(stamp) : 0;
        Dot dot = dot(stamp, (head & RecordEncoder.ENTRY_DOT) != 0);
        int type = head & RecordEncoder.TYPE_MASK;
        return new Entry(key, dot, time, type == Value.NONE ? null : content(type));
    }

    private long use(int stamp) {
        require(stamp < stamps.length, "a stamp is not there");
        stampUsed[stamp] = true;
        return stamps[stamp];
    }

    private Dot dot(int stamp, boolean follows) {
        int replica = forecast.replica(stamp);
        long n = forecast.n(stamp);
        if (follows) {
            require(replicas.length > 0, "a dot is of no replica");
            long code = in.bounded(Long.MAX_VALUE);
            replica = (int) (code % replicas.length);
            n = code / replicas.length;
            require(!forecast.foretells(stamp, replica, n), "a dot is not canonical");
        }
        require(replica < replicas.length && n > 0 && context.contains(replica, n), "a dot is not in the context");
        forecast.note(stamp, replica, n);
        return new Dot(replicas[replica], n);
    }

    private Value typedValue() {
        int type = in.byteOf();
        require(type != Value.NONE && type <= RecordEncoder.ESCAPE, "a value's type is unknown");
        return content(type);
    }

    private Value content(int type) {
        return switch (type) {
            case Value.TEXT -> Value.of(in.text());
            case Value.WHOLE -> whole(in.varint());
            case Value.REAL -> real(in.fixed());
            case Value.FALSE -> Value.of(false);
            case Value.TRUE -> Value.of(true);
            case Value.BINARY -> Value.of(in.block());
            default -> new Value.Opaque(escaped(type, Value.TYPE_MAX), in.block());
        };
    }

    private static Value whole(long zigzag) {
        return Value.of((zigzag >>> 1) ^ -(zigzag & 1));
    }

    private static Value real(long bits) {
        double number = Double.longBitsToDouble(bits);
        require(Double.doubleToLongBits(number) == bits, "a NaN is not canonical");
        return Value.of(number);
    }

    private int escaped(int code, int max) {
        return code < RecordEncoder.ESCAPE ? code : RecordEncoder.ESCAPE + (int) in.bounded(max - RecordEncoder.ESCAPE);
    }
}
