package io.anabranch.relay.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.relay.server.web.ByteRange.Kind;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** Ranges against their definition. */
class ByteRangeLaws {

    @Property
    void aRangeOfTwoEndsIsWhatIsThereOfIt(
            @ForAll @LongRange(max = 2_000) long first,
            @ForAll @LongRange(max = 2_000) long last,
            @ForAll @LongRange(max = 1_000) long size) {
        ByteRange range = ByteRange.parse("bytes=" + first + "-" + last, size);
        if (last < first) {
            assertThat(range).isEqualTo(new ByteRange(Kind.WHOLE, 0, size));
        } else if (first >= size) {
            assertThat(range.kind()).isEqualTo(Kind.UNSATISFIABLE);
        } else {
            assertThat(range).isEqualTo(new ByteRange(Kind.PART, first, Math.min(size, last + 1)));
            assertThat(range.size()).isBetween(1L, size);
        }
    }

    @Property
    void aRangeWithoutAnEndGoesToTheEnd(
            @ForAll @LongRange(max = 2_000) long first, @ForAll @LongRange(max = 1_000) long size) {
        assertThat(ByteRange.parse("bytes=" + first + "-", size))
                .isEqualTo(ByteRange.parse("bytes=" + first + "-" + Math.max(first, size), size));
    }

    @Property
    void aSuffixIsTheLastBytes(@ForAll @LongRange(max = 2_000) long count, @ForAll @LongRange(max = 1_000) long size) {
        ByteRange range = ByteRange.parse("bytes=-" + count, size);
        if (count == 0 || size == 0) {
            assertThat(range.kind()).isEqualTo(Kind.UNSATISFIABLE);
        } else {
            assertThat(range).isEqualTo(new ByteRange(Kind.PART, Math.max(0, size - count), size));
        }
    }

    @Property
    void whateverIsSaidTheAnswerIsWithinTheContent(@ForAll String header, @ForAll @LongRange(max = 1_000) long size) {
        for (String said : new String[] {header, "bytes=" + header}) {
            ByteRange range = ByteRange.parse(said, size);
            assertThat(range.first()).isBetween(0L, range.end());
            assertThat(range.end()).isLessThanOrEqualTo(size);
        }
    }

    @Example
    void whatIsNotUnderstoodIsIgnored() {
        for (String header : new String[] {
            "bytes=-", "bytes=0-1,3-4", "bytes= 1 - 2", "items=0-1", "bytes=0x1-2", "bytes=99999999999999999999-", ""
        }) {
            assertThat(ByteRange.parse(header, 10)).isEqualTo(new ByteRange(Kind.WHOLE, 0, 10));
        }
        assertThat(ByteRange.parse(null, 10)).isEqualTo(new ByteRange(Kind.WHOLE, 0, 10));
    }
}
