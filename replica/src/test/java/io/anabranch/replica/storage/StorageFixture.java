package io.anabranch.replica.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An open store with two families, and what its contracts say in short. */
abstract class StorageFixture {
    static final Family A = new Family("a");
    static final Family B = new Family("b");

    Storage storage;

    /** Opens an empty store with the families A and B. */
    abstract Storage open();

    /** Opens the store anew after it was closed. */
    abstract Storage reopen(Storage closed);

    @BeforeEach
    void openStorage() {
        storage = open();
    }

    @AfterEach
    void closeStorage() {
        storage.close();
    }

    void put(Family family, String... keysAndValues) {
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            batch.put(family, bytes(keysAndValues[i]), bytes(keysAndValues[i + 1]));
        }
        storage.write(batch, Durability.SYNC);
    }

    void delete(Family family, String key) {
        WriteBatch batch = new WriteBatch();
        batch.delete(family, bytes(key));
        storage.write(batch, Durability.SYNC);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte @Nullable [] bytes) {
        return bytes == null ? "none" : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static List<String> keys(Scan scan) {
        return entries(scan).stream()
                .map(entry -> entry.substring(0, entry.indexOf('=')))
                .toList();
    }

    static List<String> entries(Scan scan) {
        List<String> entries = new ArrayList<>();
        try (scan) {
            while (scan.next()) {
                entries.add(text(scan.key()) + "=" + text(scan.value()));
            }
        }
        return entries;
    }
}
