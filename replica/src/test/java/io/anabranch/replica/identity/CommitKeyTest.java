package io.anabranch.replica.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CommitKeyTest {

    private static final HexFormat HEX = HexFormat.of();

    @Test
    void signsAsTheSecondVectorOfRfc8032() {
        CommitKey key =
                CommitKey.ofSeed(HEX.parseHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
        assertThat(HEX.formatHex(key.publicKey()))
                .isEqualTo("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        assertThat(HEX.formatHex(key.sign(new byte[] {0x72})))
                .isEqualTo("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    }

    @Test
    void aKeyComesBackFromItsSeed() {
        CommitKey key = CommitKey.generate(new SecureRandom());
        assertThat(CommitKey.ofSeed(key.seed()).publicKey()).isEqualTo(key.publicKey());
        assertThatThrownBy(() -> CommitKey.ofSeed(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 50)
    void verifiesWhatItSignedAndNothingElse(
            @ForAll @Size(32) byte[] seed, @ForAll byte[] message, @ForAll @IntRange(max = 511) int bit) {
        CommitKey key = CommitKey.ofSeed(seed);
        byte[] signature = key.sign(message);
        assertThat(CommitKey.verify(key.publicKey(), message, signature)).isTrue();
        signature[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(CommitKey.verify(key.publicKey(), message, signature)).isFalse();
    }

    @Property(tries = 200)
    void malformedKeysAndSignaturesAreFalse(
            @ForAll @Size(max = 40) byte[] key, @ForAll byte[] message, @ForAll @Size(max = 70) byte[] signature) {
        assertThat(CommitKey.verify(key, message, signature)).isFalse();
    }

    @Property(tries = 50)
    void keysOfSmallOrderVerifyNothing(@ForAll byte[] message) {
        byte[] identity = new byte[32];
        identity[0] = 1;
        byte[] identitySignature = new byte[64];
        identitySignature[0] = 1;
        assertThat(CommitKey.verify(identity, message, identitySignature)).isFalse();
        assertThat(CommitKey.verify(new byte[32], message, new byte[64])).isFalse();
    }
}
