package io.anabranch.replica.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class EnrolmentCodeLaws {

    @Provide
    Arbitrary<EnrolmentCode> codes() {
        return Combinators.combine(
                        Arbitraries.bytes().array(byte[].class).ofSize(EnrolmentCode.SECRET_SIZE),
                        Arbitraries.bytes().array(byte[].class).ofSize(EnrolmentCode.FINGERPRINT_SIZE))
                .as(EnrolmentCode::of);
    }

    @Property(tries = 200)
    void textComesBack(@ForAll("codes") EnrolmentCode code) {
        assertThat(code.text()).matches("([0-9A-HJKMNP-TV-Z]{6}-){7}[0-9A-HJKMNP-TV-Z]{6}");
        assertThat(EnrolmentCode.parse(code.text())).isEqualTo(code);
    }

    @Property(tries = 200)
    void readsWhatAPersonMakesOfIt(@ForAll("codes") EnrolmentCode code) {
        String loose = code.text().replace("-", "").replace('0', 'O').replace('1', 'l');
        assertThat(EnrolmentCode.parse(loose)).isEqualTo(code);
        assertThat(EnrolmentCode.parse("\t " + loose.toLowerCase(Locale.ROOT) + "\r\n"))
                .isEqualTo(code);
        assertThat(EnrolmentCode.parse(code.text().replace("-", " \u2013\u00a0")))
                .isEqualTo(code);
    }

    @Property(tries = 500)
    void everyWrongCharacterIsFound(
            @ForAll("codes") EnrolmentCode code,
            @ForAll @IntRange(max = EnrolmentCode.CHARACTERS - 1) int place,
            @ForAll @IntRange(min = 1, max = 31) int shift) {
        StringBuilder text = new StringBuilder(code.text().replace("-", ""));
        String alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        text.setCharAt(place, alphabet.charAt((alphabet.indexOf(text.charAt(place)) + shift) % 32));
        assertRefused(text.toString());
    }

    @Property(tries = 500)
    void everySwapOfNeighboursIsFound(
            @ForAll("codes") EnrolmentCode code, @ForAll @IntRange(max = EnrolmentCode.CHARACTERS - 2) int place) {
        StringBuilder text = new StringBuilder(code.text().replace("-", ""));
        char left = text.charAt(place);
        text.setCharAt(place, text.charAt(place + 1));
        text.setCharAt(place + 1, left);
        if (left != text.charAt(place)) {
            assertRefused(text.toString());
        }
    }

    @Property(tries = 500)
    void anyOtherTextIsRefusedAndNothingWorse(@ForAll String text) {
        assertRefused(text);
    }

    @Property(tries = 500)
    void rightCharactersInTheWrongNumberAreRefused(
            @ForAll @StringLength(max = 60) @CharRange(from = '2', to = '9') String text) {
        assertRefused(text);
    }

    @Example
    void endlessTextIsRefused() {
        assertRefused("-".repeat(1_000_000));
    }

    @Example
    void isNotShownByAccident() {
        assertThat(EnrolmentCode.of(new byte[EnrolmentCode.SECRET_SIZE], new byte[EnrolmentCode.FINGERPRINT_SIZE]))
                .hasToString("EnrolmentCode");
    }

    private static void assertRefused(String text) {
        assertThatThrownBy(() -> EnrolmentCode.parse(text))
                .isInstanceOf(InvalidEnrolmentCodeException.class)
                .hasMessageContaining("ask your administrator for a new one");
    }
}
