package io.anabranch.replica.query;

import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The place of a record in a query's order as a text for URLs: {@code mark(4) terms(1) (type(4) value)* type id}, big-endian, texts
 * and bytes after their length (4), in base64url. The mark tells queries apart, by mistake and not by malice.
 */
final class PageToken {

    private PageToken() {}

    static String encode(int mark, RecordOrder.Place place) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(mark);
            out.writeByte(place.values().size());
            for (Optional<Value> value : place.values()) {
                out.writeInt(value.isPresent() ? value.get().type() : Value.NONE);
                if (value.isPresent()) {
                    write(out, value.get());
                }
            }
            write(out, place.key().type().getBytes(StandardCharsets.UTF_8));
            write(out, place.key().id().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    static RecordOrder.Place decode(int mark, int terms, String token) {
        try (DataInputStream in = new DataInputStream(
                new ByteArrayInputStream(Base64.getUrlDecoder().decode(token)))) {
            if (in.readInt() != mark || in.readUnsignedByte() != terms) {
                throw refused(token);
            }
            List<Optional<Value>> values = new ArrayList<>();
            for (int i = 0; i < terms; i++) {
                values.add(read(in));
            }
            RecordKey key = new RecordKey(text(in), text(in));
            if (in.read() >= 0) {
                throw refused(token);
            }
            return new RecordOrder.Place(values, key);
        } catch (IOException | IllegalArgumentException e) {
            throw refused(token);
        }
    }

    private static void write(DataOutputStream out, Value value) throws IOException {
        if (value instanceof Value.Text text) {
            write(out, text.text().getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof Value.Whole whole) {
            out.writeLong(whole.number());
        } else if (value instanceof Value.Real real) {
            out.writeDouble(real.number());
        } else if (value instanceof Value.Binary binary) {
            write(out, binary.bytes());
        } else if (value instanceof Value.Opaque opaque) {
            write(out, opaque.bytes());
        }
    }

    private static Optional<Value> read(DataInputStream in) throws IOException {
        int type = in.readInt();
        return switch (type) {
            case Value.NONE -> Optional.empty();
            case Value.TEXT -> Optional.of(Value.of(text(in)));
            case Value.WHOLE -> Optional.of(Value.of(in.readLong()));
            case Value.REAL -> Optional.of(Value.of(in.readDouble()));
            case Value.FALSE, Value.TRUE -> Optional.of(Value.of(type == Value.TRUE));
            case Value.BINARY -> Optional.of(Value.of(bytes(in)));
            default -> Optional.of(new Value.Opaque(type, bytes(in)));
        };
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IllegalArgumentException("a length is out of range: " + length);
        }
        return in.readNBytes(length);
    }

    private static QueryException refused(String token) {
        return new QueryException(
                "the continuation is not of this query", token, 1, 1, "start again from the first page");
    }
}
