package io.anabranch.replica.query;

import io.anabranch.crdt.Record;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which records of a type are wanted, in which order and how many. Immutable and thread-safe.
 *
 * <pre>{@code
 * Query query = Query.parse("territory = 'West' AND visits >= 2 ORDER BY name DESC LIMIT 20");
 * boolean wanted = query.matches(record);
 * }</pre>
 *
 * <p>The language is what follows WHERE in SQL, every part of it optional: {@code condition ORDER BY field [ASC|DESC], …
 * LIMIT n [OFFSET m]}. A condition compares a field with a literal ({@code = <> != < <= > >=}), or asks {@code [NOT] IN (…)},
 * {@code [NOT] BETWEEN … AND …}, {@code [NOT] LIKE '…'} ({@code %} any text, {@code _} one character, case counts, no escape
 * character) or {@code IS [NOT] NULL}; AND, OR, NOT and parentheses combine them. Literals are texts in single quotes, numbers,
 * TRUE and FALSE. All else is refused.
 *
 * <p>Names of fields are case-sensitive; {@code id} is the record's id. In double quotes any name goes, and {@code "id"} is a
 * field. A register reads as its latest value, a counter as its sum, a flag that is on as TRUE. A set, and a field that keeps
 * concurrent values, satisfies a test if one of its values does, so {@code topics = 'pricing'} asks for membership; {@code <>}
 * and the forms with NOT are the negations. A field that holds nothing is NULL: an empty set and a flag that is off too.
 *
 * <p>Truth has three values as in SQL: a test of NULL, or of a value whose type is not the literal's, is neither true nor
 * false. Integers and floating point numbers are one type and compare exactly. FALSE is less than TRUE, and texts compare as their
 * UTF-8 bytes.
 */
public final class Query {

    private final Condition condition;
    private final RecordOrder order;
    private final OptionalLong limit;
    private final long offset;

    Query(Condition condition, RecordOrder order, OptionalLong limit, long offset) {
        this.condition = condition;
        this.order = order;
        this.limit = limit;
        this.offset = offset;
    }

    /**
     * Reads a query. Costs some 0.1 ms; keep the result where it is used more than once.
     *
     * @param text at most {@value QueryTokens#LENGTH_MAX} UTF-16 units, nested at most {@value QueryTokens#DEPTH_MAX} levels; blank
     *     asks for everything
     * @throws QueryException if the text is not in the language; it says where and why
     */
    public static Query parse(String text) {
        return new QueryParser(text).parse();
    }

    /** Whether the record is alive and the condition is true, not unknown, for it. */
    public boolean matches(Record record, Circumstances circumstances) {
        return record.alive() && condition.of(record, circumstances) == Truth.TRUE;
    }

    /** What is demanded of a record. */
    public Condition condition() {
        return condition;
    }

    /**
     * A total order: by what ORDER BY says, then by key. NULL comes first, in descending order last; different types come as
     * truth values, numbers, texts, bytes.
     */
    public Comparator<Record> order() {
        return order;
    }

    /** Whether the order is another one than that of the keys, so that all matches must be seen before the first is known. */
    public boolean isOrdered() {
        return !order.terms().isEmpty();
    }

    /**
     * One term of the order.
     *
     * @param operand what counts
     * @param descending from the greatest to the least
     */
    public record Term(Operand.Stored operand, boolean descending) {}

    /** What ORDER BY says. */
    public List<Term> terms() {
        return order.terms().stream()
                .map(term -> new Term(term.operand(), term.descending()))
                .toList();
    }

    /** The first of the terms. */
    public Optional<Term> firstTerm() {
        return terms().stream().findFirst();
    }

    /** The most records wanted, empty for all. */
    public OptionalLong limit() {
        return limit;
    }

    /** How many of the first records to leave out. */
    public long offset() {
        return offset;
    }
}
