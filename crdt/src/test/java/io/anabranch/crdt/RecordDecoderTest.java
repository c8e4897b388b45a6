package io.anabranch.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.crdt.testkit.History;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The decoder takes what the encoder writes and refuses all else, quickly. */
final class RecordDecoderTest {

    @Provide
    Arbitrary<List<Record>> states() {
        return History.arbitrary().map(History::states);
    }

    @Property(tries = 2000)
    void severalDamagedBytesAreRefusedOrCanonical(@ForAll("states") List<Record> states, @ForAll long seed) {
        Random random = new Random(seed);
        for (Record state : states) {
            byte[] bytes = state.encode();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            requireRefusedOrCanonical(bytes);
        }
    }

    @Property(tries = 2000)
    void partsOfTwoEncodingsAreRefusedOrCanonical(@ForAll("states") List<Record> states, @ForAll long seed) {
        Random random = new Random(seed);
        byte[] left = states.get(random.nextInt(states.size())).encode();
        byte[] right = states.get(random.nextInt(states.size())).encode();
        int from = random.nextInt(right.length);
        byte[] spliced = Arrays.copyOf(left, random.nextInt(left.length) + right.length - from);
        System.arraycopy(right, from, spliced, spliced.length - right.length + from, right.length - from);
        requireRefusedOrCanonical(spliced);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // no version; an unknown one; nothing after it
                "",
                "02000000",
                "01",
                // a count of replicas beyond the end, and one of 2^63
                "017f",
                "0180808080808080808001",
                // a varint of eleven bytes, one with bits above the 64th, and one that is not minimal
                "0180808080808080808080",
                "0180808080808080808002",
                "018000",
                // replicas out of order, and one twice
                "01020000000000000002000000000000000102020000",
                "01020000000000000001000000000000000102020000",
                // no dots, dots beyond the last, and a span as long as 64 bits
                "0101000000000000000100" + "0000",
                "01010000000000000001" + "828080808080808001" + "0000",
                "01010000000000000001" + "feffffffffffffffff01" + "0000",
                // one span from 1 in the long form; no spans in it; more than follow; two that touch
                "01010000000000000001" + "030000" + "0000",
                "01010000000000000001" + "01" + "0000",
                "01010000000000000001" + "ffffffffffffffffff01" + "0000",
                "01010000000000000001" + "0500000000" + "0000",
                // a stamp nobody uses; the stamp 0; one that does not rise; one with a counter of 0
                "0100" + "0102" + "00",
                "0100" + "0100" + "00",
                "0100" + "020200" + "00",
                "0100" + "010300" + "00",
                // a stamp of 2^47 ms, which is negative, and two that add up to more than 64 bits
                "0100" + "01" + "80808080808040" + "00",
                "0100" + "02" + "feffffffffff3f" + "feffffffffff3f" + "00",
                // more fields than bytes; a name that ends one byte after the record
                "010000" + "7f",
                "01000001" + "0261",
                // text that ends one byte after the record
                "01010000000000000001" + "02" + "0102" + "01" + "0161" + "92" + "61",
                // a short text in the long form, and one whose size is beyond the end
                "01010000000000000001" + "02" + "0102" + "01" + "0161" + "81" + "0161",
                "01010000000000000001" + "02" + "0102" + "01" + "0161" + "81" + "3061",
                // a stamp written that is the last one, and one that is not there
                "01010000000000000001" + "02" + "0102" + "01" + "0161" + "c000" + "61",
                "01010000000000000001" + "02" + "0102" + "01" + "0161" + "d102" + "61",
                // a dot that is not in the context: n = 2 of 1..1
                "01010000000000000001" + "02" + "0102" + "01" + "0161" + "d1" + "0102" + "61",
                // a dot of a replica that is not there, and the greatest code
                "0100" + "0102" + "01" + "0161" + "9161",
                "01010000000000000001" + "02" + "0102" + "01" + "0161" + "d1" + "01" + "ffffffffffffffff7f" + "61",
                // half of a surrogate pair in UTF-8, and an overlong letter
                "01010000000000000001" + "02" + "0102" + "01" + "0161" + "93" + "eda080",
                "01010000000000000001" + "02" + "0102" + "01" + "0161" + "92" + "c181",
                // a NaN of another payload
                "01010000000000000001" + "02" + "0102" + "01" + "0161" + "837ff8000000000001",
                // bytes after the end
                "01000000" + "00"
            })
    void malformedBytesAreRefused(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThatThrownBy(() -> Record.decode(Site.KEY, bytes)).isExactlyInstanceOf(MalformedRecordException.class);
    }

    @Test
    void emptyRecordHasFourBytes() {
        assertThat(Record.empty(Site.KEY).encode()).containsExactly(1, 0, 0, 0);
    }

    @Test
    void encodingIsTheOneThatThePackageDocumentationDefines() {
        Site site = new Site(1).at(1);
        site.edit(edit -> edit.set("n", Value.of("x")).set("o", Value.of(3)).add("t", Value.of(true)));
        site.at(2).edit(edit -> edit.set("o", Value.of(-1)));
        assertThat(HexFormat.of().formatHex(site.view.encode()))
                .isEqualTo("01" + "010000000000000001" + "0c" + "020202" + "04"
                        + ("00" + "28" + "10" + "05")
                        + ("016e" + "d1" + "01" + "02" + "78")
                        + ("016f" + "c2" + "03" + "06" + "01")
                        + ("0174" + "23" + "50" + "05" + "04"));
        assertThat(Record.decode(Site.KEY, site.view.encode())).isEqualTo(site.view);
    }

    @Test
    void manyEntriesInManySpansTakeNoQuadraticTime() {
        int count = 100_000;
        DotSet.Builder dots = new DotSet.Builder();
        Entry[] entries = new Entry[count];
        for (int i = 0; i < count; i++) {
            Dot dot = new Dot(7, 2L * i + 2);
            dots.add(dot);
            entries[i] = new Entry(null, dot, 0, null);
        }
        Field field = new Field(new FieldName("f", new Kind(40)), null, List.of(entries));
        Record record = new Record(Site.KEY, dots.build(), List.of(field));
        assertThat(Record.decode(Site.KEY, record.encode())).isEqualTo(record);
        assertThat(record.join(record)).isEqualTo(record);
    }

    private static void requireRefusedOrCanonical(byte[] bytes) {
        Record state;
        try {
            state = Record.decode(Site.KEY, bytes);
        } catch (MalformedRecordException e) {
            return;
        }
        assertThat(state.encode()).isEqualTo(bytes);
    }
}
