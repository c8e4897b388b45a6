package io.anabranch.replica.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

class KeyFileLaws {

    private static final Passphrase.Cost CHEAP = new Passphrase.Cost(64, 1, 1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private Path file = Path.of("key");

    @BeforeTry
    void makeDirectory() throws IOException {
        file = Files.createTempDirectory("key").resolve("key");
    }

    @AfterTry
    void deleteDirectory() throws IOException {
        Files.deleteIfExists(file);
        Files.delete(file.getParent());
    }

    @Example
    void thePassphraseOpensAndAnotherDoesNot() {
        byte[] dataKey = KeyFile.make(file, passphrase("right"), RANDOM).bytes();
        assertThat(opened("right")).isEqualTo(dataKey);
        assertFails(KeyException.Code.WRONG_KEY, () -> opened("wrong"));
    }

    @Example
    void aPassphraseIsChangedWhileTheKeyStays() {
        byte[] dataKey = KeyFile.make(file, passphrase("old"), RANDOM).bytes();
        KeyFile.replace(file, passphrase("old"), passphrase("new"));
        assertThat(opened("new")).isEqualTo(dataKey);
        assertFails(KeyException.Code.WRONG_KEY, () -> opened("old"));
        assertFails(KeyException.Code.WRONG_KEY, () -> KeyFile.replace(file, passphrase("old"), passphrase("x")));
        assertThat(KeyFile.slots(file)).containsExactly(new KeyFile.Slot(2, "passphrase"));
    }

    @Example
    void moreSourcesComeAndGo() throws Exception {
        byte[] dataKey = KeyFile.make(file, passphrase("one"), RANDOM).bytes();
        KeyStoreKey inStore = keyStoreKey(1);
        assertThat(KeyFile.add(file, passphrase("one"), inStore)).isEqualTo(2);
        assertThat(KeyFile.open(file, inStore, RANDOM).bytes()).isEqualTo(dataKey);
        assertFails(KeyException.Code.WRONG_KEY, () -> KeyFile.open(file, keyStoreKey(2), RANDOM));
        assertFails(KeyException.Code.FAILED, () -> KeyFile.remove(file, inStore, 2));
        KeyFile.remove(file, inStore, 1);
        assertFails(KeyException.Code.WRONG_KEY, () -> opened("one"));
        assertFails(KeyException.Code.FAILED, () -> KeyFile.remove(file, inStore, 7));
        for (int i = 1; i < KeyFile.SLOTS_MAX; i++) {
            KeyFile.add(file, inStore, passphrase("more"));
        }
        assertFails(KeyException.Code.FAILED, () -> KeyFile.add(file, inStore, passphrase("more")));
        assertThat(opened("more")).isEqualTo(dataKey);
    }

    @Property(tries = 100)
    void aFlippedBitIsAnErrorAndNeverAnotherKey(
            @ForAll @IntRange(max = 1 << 20) int at, @ForAll @IntRange(max = 7) int bit) throws IOException {
        KeyFile.make(file, passphrase("right"), RANDOM).close();
        byte[] bytes = Files.readAllBytes(file);
        bytes[at % bytes.length] ^= (byte) (1 << bit);
        Files.write(file, bytes);
        assertFails(KeyException.Code.DAMAGED, () -> opened("right"));
        Files.write(file, Arrays.copyOf(bytes, at % bytes.length));
        assertFails(KeyException.Code.DAMAGED, () -> opened("right"));
    }

    /** Someone who can compute the digest can still not make a source give out another key. */
    @Property(tries = 100)
    void aFlippedBitOfASlotOpensNothing(@ForAll @IntRange(max = 1 << 20) int at, @ForAll @IntRange(max = 7) int bit) {
        byte[] dataKey = new byte[StoreKey.SIZE];
        Passphrase right = passphrase("right");
        byte[] wrapped = right.wrap(dataKey);
        // The numbers that say what a try costs are cheap to change and dear to try.
        int index = at % wrapped.length;
        if (index >= 16 && index < 28) {
            index = 28;
        }
        wrapped[index] ^= (byte) (1 << bit);
        assertThat(right.unwrap(wrapped)).isEmpty();
    }

    @Property(tries = 1000)
    void anyBytesAreAKeyFileOrNotWithoutAnException(@ForAll byte[] bytes) {
        assertThat(KeyFileBytes.decode(bytes)).isEmpty();
        assertThat(passphrase("any").unwrap(bytes)).isEmpty();
    }

    @Property(tries = 200)
    void namesComeBackAndOthersDoNot(@ForAll byte[] name, @ForAll String other) {
        NameCipher names = new StoreKey(new byte[32], RANDOM).names("test");
        String encrypted = names.encrypt(name);
        assertThat(encrypted).isEqualTo(names.encrypt(name)).matches("[0-9a-f]{32,}");
        assertThat(names.decrypt(encrypted)).hasValue(name);
        assertThat(names.decrypt(other)).isEmpty();
        assertThat(names.decrypt(encrypted.substring(2))).isEmpty();
        assertThat(new StoreKey(new byte[32], RANDOM).names("another").decrypt(encrypted))
                .isEmpty();
    }

    @Example
    void aClosedKeyIsOverwritten() {
        StoreKey key = KeyFile.make(file, passphrase("right"), RANDOM);
        key.close();
        assertThat(key.bytes()).containsOnly(0);
    }

    private byte[] opened(String text) {
        return KeyFile.open(file, passphrase(text), RANDOM).bytes();
    }

    private static Passphrase passphrase(String text) {
        return new Passphrase(text.toCharArray(), CHEAP);
    }

    private static KeyStoreKey keyStoreKey(int fill) throws Exception {
        char[] password = "store".toCharArray();
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, password);
        store.setEntry(
                "anabranch",
                new KeyStore.SecretKeyEntry(new SecretKeySpec(bytes, "AES")),
                new KeyStore.PasswordProtection(password));
        return KeyStoreKey.of(store, "anabranch", password);
    }

    private static void assertFails(KeyException.Code code, ThrowingCallable what) {
        assertThatThrownBy(what)
                .isInstanceOfSatisfying(
                        KeyException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
