package io.anabranch.replica.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ValueCipherLaws {

    private static final byte[] PLACE = {1};
    private final ValueCipher cipher = new ValueCipher(key(1), new SecureRandom());

    @Property(tries = 200)
    void whatIsEncryptedIsReadInItsPlace(@ForAll byte[] value, @ForAll byte[] place) {
        byte[] encrypted = cipher.encrypt(value, place);
        assertThat(encrypted).hasSize(value.length + ValueCipher.OVERHEAD);
        assertThat(cipher.decrypt(encrypted, place)).hasValue(value);
        assertThat(new ValueCipher(key(1), new SecureRandom()).decrypt(encrypted, place))
                .hasValue(value);
    }

    @Property(tries = 200)
    void whatWasChangedOrIsElsewhereIsNotRead(
            @ForAll byte[] value, @ForAll @IntRange(max = 1 << 20) int at, @ForAll @IntRange(max = 7) int bit) {
        byte[] encrypted = cipher.encrypt(value, PLACE);
        assertThat(cipher.decrypt(encrypted, new byte[] {2})).isEmpty();
        assertThat(new ValueCipher(key(2), new SecureRandom()).decrypt(encrypted, PLACE))
                .isEmpty();
        assertThat(cipher.decrypt(Arrays.copyOf(encrypted, at % encrypted.length), PLACE))
                .isEmpty();
        encrypted[at % encrypted.length] ^= (byte) (1 << bit);
        assertThat(cipher.decrypt(encrypted, PLACE)).isEmpty();
    }

    @Property(tries = 500)
    void anyBytesAreReadOrNotWithoutAnException(@ForAll byte[] bytes) {
        assertThat(cipher.decrypt(bytes, PLACE)).isEmpty();
    }

    @Example
    void noNonceComesTwiceOverThreadsHalvesAndOpenings() {
        Set<String> nonces = ConcurrentHashMap.newKeySet();
        for (int opening = 0; opening < 3; opening++) {
            ValueCipher few = new ValueCipher(key(1), new SecureRandom(), 100);
            IntStream.range(0, 5000).parallel().forEach(i -> {
                byte[] encrypted = few.encrypt(new byte[0], PLACE);
                assertThat(few.decrypt(encrypted, PLACE)).hasValue(new byte[0]);
                nonces.add(HexFormat.of().formatHex(encrypted, 0, ValueCipher.MARK_SIZE));
            });
        }
        assertThat(nonces).hasSize(15_000);
        assertThat(new HashSet<>(
                        nonces.stream().map(nonce -> nonce.substring(0, 24)).toList()))
                .hasSizeGreaterThanOrEqualTo(150);
    }

    /** The vectors of C2SP's specification. */
    @Example
    void keysAreDerivedAsXaes256GcmDoes() throws GeneralSecurityException {
        assertThat(xaes(key(1), "")).isEqualTo("ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271");
        assertThat(xaes(key(3), "c2sp.org/XAES-256-GCM"))
                .isEqualTo("986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d");
    }

    private static String xaes(byte[] key, String additional) throws GeneralSecurityException {
        byte[] nonce = "ABCDEFGHIJKLMNOPQRSTUVWX".getBytes(US_ASCII);
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        gcm.init(
                Cipher.ENCRYPT_MODE,
                new XaesKey(key).derive(Arrays.copyOf(nonce, XaesKey.NONCE_PART_SIZE)),
                new GCMParameterSpec(128, nonce, XaesKey.NONCE_PART_SIZE, 12));
        gcm.updateAAD(additional.getBytes(US_ASCII));
        return HexFormat.of().formatHex(gcm.doFinal("XAES-256-GCM".getBytes(US_ASCII)));
    }

    private static byte[] key(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return key;
    }
}
