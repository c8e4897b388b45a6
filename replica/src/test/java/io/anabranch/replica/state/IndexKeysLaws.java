package io.anabranch.replica.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Relation;
import io.anabranch.replica.query.Truth;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class IndexKeysLaws {

    @Property(tries = 5_000)
    void bytesSortAsValuesCompare(@ForAll("values") Value left, @ForAll("values") Value right) {
        int order = Arrays.compareUnsigned(IndexKeys.of(left), IndexKeys.of(right));
        assertThat(Relation.EQUAL.of(left, right) == Truth.TRUE).isEqualTo(order == 0);
        if (Relation.LESS.of(left, right) != Truth.UNKNOWN) {
            assertThat(Relation.LESS.of(left, right) == Truth.TRUE).isEqualTo(order < 0);
        }
    }

    @Property(tries = 1_000)
    void theEndOfAValueIsFound(@ForAll("values") Value value) {
        byte[] key = IndexKeys.of(value);
        byte[] longer = Arrays.copyOf(key, key.length + 3);
        longer[key.length] = 'i';
        assertThat(IndexKeys.size(longer, 0)).isEqualTo(key.length);
    }

    @Provide
    Arbitrary<Value> values() {
        Arbitrary<Long> edges = Arbitraries.of(List.of(
                0L,
                1L,
                -1L,
                1L << 53,
                (1L << 53) + 1,
                Long.MAX_VALUE,
                Long.MAX_VALUE - 1,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 1));
        Arbitrary<Double> reals = Arbitraries.of(List.of(
                0.0, -0.0, 1.0, 1.5, -1.5, 0x1p53, 0x1p63, -0x1p63, 1e300, Double.NaN, Double.POSITIVE_INFINITY));
        return Arbitraries.oneOf(
                edges.map(Value::of),
                reals.map(Value::of),
                Arbitraries.longs().map(Value::of),
                Arbitraries.doubles().map(Value::of),
                Arbitraries.strings().withChars('a', 'b', '\0').ofMaxLength(4).map(Value::of),
                Arbitraries.of(true, false).map(Value::of));
    }
}
