package io.anabranch.replica;

import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.MalformedRecordException;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Query;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A part of what a query finds.
 *
 * @param records in the query's order
 * @param next to be given to go on after the last of them; empty if there are no more. It names a place in the order, not a count, so what
 *     comes or goes before it neither repeats a record nor leaves one out.
 */
public record FoundPage(List<Record> records, String next) {

    static FoundPage of(List<Record> records, Query query) {
        boolean full =
                query.limit().isPresent() && records.size() == query.limit().getAsLong() && !records.isEmpty();
        return new FoundPage(records, full ? token(records.get(records.size() - 1), query) : "");
    }

    /** The place of a token, as a record that has just what the order asks for. */
    static Record place(String type, String token) {
        try {
            int point = token.indexOf('.');
            String id = new String(Base64.getUrlDecoder().decode(token.substring(0, point)), StandardCharsets.UTF_8);
            return Record.decode(new RecordKey(type, id), Base64.getUrlDecoder().decode(token.substring(point + 1)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException | MalformedRecordException e) {
            throw new IllegalArgumentException(
                    "'" + token + "' is no place to go on from; give what the last page named", e);
        }
    }

    private static String token(Record last, Query query) {
        Set<String> names = query.terms().stream()
                .map(Query.Term::operand)
                .filter(Operand.Field.class::isInstance)
                .map(operand -> ((Operand.Field) operand).name())
                .collect(Collectors.toSet());
        List<Field> fields = last.fields().stream()
                .filter(field -> names.contains(field.name().name()))
                .toList();
        DotSet.Builder dots = new DotSet.Builder();
        fields.stream()
                .flatMap(field -> field.entries().stream())
                .map(Entry::dot)
                .forEach(dots::add);
        byte[] state = new Record(last.key(), dots.build(), fields).encode();
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString(last.key().id().getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(state);
    }
}
