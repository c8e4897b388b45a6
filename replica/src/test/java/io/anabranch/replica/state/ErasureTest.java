package io.anabranch.replica.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.identity.CommitKey;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.storage.RocksDbStorage;
import io.anabranch.replica.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has left the device is in none of its files. */
class ErasureTest {

    private static final RecordKey GONE = new RecordKey("account", "the-one-that-goes");
    private static final RecordKey KEPT = new RecordKey("account", "kept");

    private final ModelRelay relay = new ModelRelay();
    private final CommitKey key = CommitKey.ofSeed(new byte[CommitKey.SEED_SIZE]);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void noFileHasAByteOfWhatHasLeft() throws IOException {
        relay.write(GONE, edit -> edit.set("secret", Value.of("XYZZY-SECRET-VALUE")));
        relay.write(KEPT, edit -> edit.set("open", Value.of("PLUGH-OPEN-VALUE")));
        try (Storage storage = open()) {
            ReplicaState state = new ReplicaState(storage, 7, key::sign, () -> 1_000_000);
            state.indexes().declare(Set.of(new IndexDeclaration("account", "secret")));
            state.receive(relay.page(0, 2));
        }
        assertThat(filesWith("XYZZY-SECRET-VALUE")).isNotEmpty();
        relay.scope(GONE, false);
        try (Storage storage = open()) {
            ReplicaState state = new ReplicaState(storage, 7, key::sign, () -> 1_000_000);
            state.receive(relay.page(2, 3));
            EvictedRange range = state.evictedRange().orElseThrow();
            range.erase(storage);
            state.erased(range);
            range.eraseItself(storage);
            assertThat(state.evictedRange()).isEmpty();
            assertThat(state.view(KEPT).value("open")).hasValue(Value.of("PLUGH-OPEN-VALUE"));
        }
        assertThat(filesWith("XYZZY-SECRET-VALUE")).isEmpty();
        assertThat(filesWith(GONE.id())).isEmpty();
        assertThat(filesWith("PLUGH-OPEN-VALUE")).isNotEmpty();
    }

    private Storage open() {
        return RocksDbStorage.open(directory, ReplicaFamilies.all(), RocksDbOptions.sharing());
    }

    /** The values are short, so that no compression takes them apart. */
    private List<Path> filesWith(String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> read(file).contains(text))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
