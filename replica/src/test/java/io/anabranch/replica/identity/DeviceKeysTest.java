package io.anabranch.replica.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceKeysTest {

    private static final DeviceKeys KEYS = DeviceKeys.generate(new SecureRandom());

    @Test
    void comeBackFromTheirBytes() {
        DeviceKeys back = DeviceKeys.decode(KEYS.encoded());
        assertThat(back.tlsPrivateKey()).isEqualTo(KEYS.tlsPrivateKey());
        assertThat(back.commitKey().publicKey()).isEqualTo(KEYS.commitKey().publicKey());
        assertThat(back.encoded()).isEqualTo(KEYS.encoded());
    }

    @Property(tries = 200)
    void anyDamageIsFound(@ForAll @IntRange(max = 2_000) int place, @ForAll @IntRange(min = 1, max = 255) int damage) {
        byte[] bytes = KEYS.encoded();
        bytes[place % bytes.length] ^= (byte) damage;
        assertDamaged(bytes);
        assertDamaged(Arrays.copyOf(KEYS.encoded(), place % bytes.length));
    }

    private static void assertDamaged(byte[] bytes) {
        assertThatThrownBy(() -> DeviceKeys.decode(bytes))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("enrol it again");
    }

    @Test
    void theSigningRequestNamesTheDeviceAndIsSigned() throws Exception {
        PKCS10CertificationRequest request = new PKCS10CertificationRequest(KEYS.signingRequest("Zoë, tablet"));
        assertThat(request.getSubject().toString()).isEqualTo("CN=Zoë\\, tablet");
        assertThat(request.isSignatureValid(new JcaContentVerifierProviderBuilder()
                        .build(P256.publicKey(request.getSubjectPublicKeyInfo().getEncoded()))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "a\nb",
                "a\u0000",
                "\u202Eevil",
                "half \uD83D",
                "a name of sixty-five characters, which is one more than it may be"
            })
    void refusesNamesThatNoListCouldShow(String name) {
        assertThatThrownBy(() -> KEYS.signingRequest(name)).isInstanceOf(IdentityException.class);
    }
}
