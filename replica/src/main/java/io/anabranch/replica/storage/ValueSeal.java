package io.anabranch.replica.storage;

import io.anabranch.replica.encryption.ValueCipher;
import java.util.Map;

/** Encrypts and decrypts the values of one family. Thread-safe. */
final class ValueSeal {

    private final ValueCipher cipher;
    private final Family family;
    private final byte[] place;

    ValueSeal(ValueCipher cipher, Family family, byte[] place) {
        this.cipher = cipher;
        this.family = family;
        this.place = place;
    }

    byte[] seal(byte[] key, byte[] value) {
        return cipher.encrypt(value, place, key);
    }

    byte[] open(byte[] key, byte[] sealed) {
        return cipher.require(sealed, this::damaged, place, key);
    }

    StorageException damaged() {
        return new StorageException(
                "The encrypted store is damaged: a value is not what was written. Restore the device from a copy, or"
                        + " enrol it anew",
                Map.of("family", family.name()),
                null);
    }
}
