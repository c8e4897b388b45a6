package io.anabranch.replica.encryption;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keys of stores by numbers: the same each time it is asked for. */
public final class Keys {

    private static final KeySource NONE = new KeySource() {
        @Override
        public String kind() {
            return "none";
        }

        @Override
        public byte[] wrap(byte[] dataKey) {
            return dataKey.clone();
        }

        @Override
        public Optional<byte[]> unwrap(byte[] wrapped) {
            return Optional.of(wrapped);
        }
    };
    private static final Map<Integer, Path> FILES = new ConcurrentHashMap<>();

    private Keys() {}

    /** The key of a number. */
    public static StoreKey store(int number) {
        Path file = FILES.computeIfAbsent(number, Keys::make);
        return KeyFile.open(file, NONE, new SecureRandom());
    }

    private static Path make(int number) {
        try {
            Path directory = Files.createTempDirectory("key" + number);
            directory.toFile().deleteOnExit();
            Path file = directory.resolve("key");
            KeyFile.make(file, NONE, new SecureRandom()).close();
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
