package io.anabranch.replica.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.anabranch.replica.encryption.Keys;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract over families whose keys are hidden too. */
class HiddenFamiliesContract extends StorageContract {
    @TempDir
    private Path dir;

    @Override
    Storage open() {
        Storage below = RocksDbStorage.open(dir.resolve("store"), List.of(A, B), RocksDbOptions.sharing());
        return new EncryptedStorage(below, Keys.store(1), new EncryptedFamilies(Set.of(A, B), Map.of(B, A), A));
    }

    @Override
    Storage reopen(Storage closed) {
        return open();
    }

    /** Parts are for families with keys of their own. */
    @Override
    @Test
    void partsAreSeenWhenTheyAreIngestedAndNotBefore() {
        try (PartWriter part = storage.writePart("p")) {
            part.put(bytes("a"), bytes("1"));
            part.finish();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> storage.ingest(A, List.of("p")));
        assertThat(storage.get(A, bytes("a"))).isNull();
    }
}
