package io.anabranch.replica.query;

import io.anabranch.crdt.Record;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which records of a type are wanted, in which order and how many. Immutable and thread-safe.
 *
 * <pre>{@code
 * Query query = Query.parse("territory = :user.territory AND visited > :now - 90 DAYS ORDER BY name DESC LIMIT 20");
 * boolean wanted = query.matches(record, circumstances);
 * Query nextPage = query.after(query.continuation(lastRecordOfThePage));
 * }</pre>
 *
 * <p>The language is one for scope rules, finding, watching and validation; these take the condition alone. It is what follows WHERE in
 * SQL. All that is not said here is refused, with its place and a hint. Words may be in upper or lower case.
 *
 * <pre>
 * query      = [condition] [ORDER BY field [ASC|DESC] {, field [ASC|DESC]}] [LIMIT n [OFFSET n]]
 * condition  = condition OR condition | condition AND condition | NOT condition | ( condition )      loosest first
 *            | operand (= | &lt;&gt; | != | &lt; | &lt;= | &gt; | &gt;=) operand
 *            | operand [NOT] IN ( operand {, operand} )          | operand [NOT] IN field-or-parameter
 *            | operand [NOT] IN ( SELECT field FROM type [WHERE condition] )
 *            | operand [NOT] BETWEEN operand AND operand
 *            | operand [NOT] LIKE operand [ESCAPE 'character']
 *            | operand IS [NOT] NULL
 *            | TRUE | FALSE | NULL
 * operand    = field | id | 'text' | number | TRUE | FALSE | :user.name | :device.name | time
 *            | function ( operand {, operand} ) | operand (+ | - | * | / | ||) operand | ( operand )
 * time       = (:now | :today | :week | :month | :year) [(+ | -) n (SECONDS | MINUTES | HOURS | DAYS | WEEKS | MONTHS | YEARS)]
 * </pre>
 *
 * <p><b>Fields.</b> Names are case-sensitive; {@code id} is the record's id. In double quotes any name goes that has no line break, and
 * {@code "id"} is a field. A register reads as its latest value, a counter as its sum, a flag that is on as TRUE. A set, and a
 * field that keeps concurrent values, satisfies a test if one of its values does, so {@code topics = 'pricing'} asks for
 * membership, as {@code 'pricing' IN topics} does; {@code <>} and the forms with NOT are the negations. A field that holds
 * nothing is NULL: an empty set and a flag that is off too.
 *
 * <p><b>Truth</b> has three values as in SQL: a test of NULL, or of values of different types, is neither true nor false, and what is
 * wanted is what is true. Integers and floating point numbers are one type and compare exactly. FALSE is less than TRUE, and texts
 * compare as their UTF-8 bytes. In LIKE, {@code %} is any text and {@code _} one character; case counts.
 *
 * <p><b>Parameters</b> are attributes of whoever asks, and may have several values like a set. One without a value is NULL, so a
 * rule that asks for it gives nothing, also with NOT.
 *
 * <p><b>Sub-queries</b> select from living records and know nothing of the record outside; they nest {@value
 * ConditionReader#SELECTIONS_MAX} levels. Unlike in SQL, NOT IN is not made unknown by a record without a value.
 *
 * <p><b>Times</b> are integers, milliseconds since 1970; days may also be texts such as {@code '2012-05-01'}, which {@code DATE}
 * gives and {@code MILLIS} takes. {@code :today}, {@code :week} (Monday), {@code :month} and {@code :year} are the starts of
 * these, see {@link RelativeTime}. When the clock next changes a condition is always known ({@link Condition#nextFlip}); so {@code :now}
 * is compared, added to or subtracted from, or taken the DATE, YEAR, MONTH or DAY of, and nothing else.
 *
 * <p><b>Functions</b> are those of {@link Function}. There are no regular expressions.
 *
 * <p><b>Limits</b>: {@value QueryTokens#LENGTH_MAX} UTF-16 units, also of the text that {@link Condition#text} gives; {@value
 * QueryTokens#DEPTH_MAX} levels of parentheses, NOTs and operators; {@value ConditionReader#OPTIONS_MAX} options of an IN; {@value
 * QueryParser#TERMS_MAX} fields of ORDER BY.
 */
public final class Query {

    private final Condition condition;
    private final RecordOrder order;
    private final OptionalLong limit;
    private final long offset;
    private final RecordOrder.@Nullable Place after;

    /** One field of ORDER BY. */
    public record Term(Operand.Stored operand, boolean descending) {}

    Query(Condition condition, RecordOrder order, OptionalLong limit, long offset) {
        this(condition, order, limit, offset, null);
    }

    private Query(
            Condition condition,
            RecordOrder order,
            OptionalLong limit,
            long offset,
            RecordOrder.@Nullable Place after) {
        this.condition = condition;
        this.order = order;
        this.limit = limit;
        this.offset = offset;
        this.after = after;
    }

    /**
     * Reads a query. Costs some 0.1 ms; keep the result where it is used more than once.
     *
     * @param text blank asks for everything
     * @throws QueryException if the text is not in the language; it says where and why
     */
    public static Query parse(String text) {
        return new QueryParser(text).parse();
    }

    /** Whether the record is alive, is on a later page if {@link #after} asks so, and the condition is true for it. */
    public boolean matches(Record record, Circumstances circumstances) {
        return record.alive()
                && (after == null || order.isAfter(record, after))
                && condition.of(record, circumstances) == Truth.TRUE;
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

    /** What ORDER BY says. */
    public List<Term> terms() {
        return order.terms();
    }

    /** Whether the order is another one than that of the keys, so that all matches must be seen before the first is known. */
    public boolean isOrdered() {
        return !order.terms().isEmpty();
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

    /**
     * A text that stands for the place after a record, for {@link #after}; of letters, digits, {@code -} and {@code _}. It
     * holds the values that the order is by, and does not depend on the record's staying.
     */
    public String continuation(Record last) {
        return PageToken.encode(mark(), order.place(last));
    }

    /**
     * The same query for what comes after a place, without the offset. Records that come or go in between neither repeat nor hide others.
     *
     * @param continuation what {@link #continuation} of a query of the same text gave
     * @throws QueryException if it is of another query, or none
     */
    public Query after(String continuation) {
        RecordOrder.Place place = PageToken.decode(mark(), order.terms().size(), continuation);
        return new Query(condition, order, limit, 0, place);
    }

    /** Tells queries apart whose pages do not continue each other. */
    private int mark() {
        return (condition.text() + order.terms()).hashCode();
    }
}
