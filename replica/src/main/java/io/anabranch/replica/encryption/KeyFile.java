package io.anabranch.replica.encryption;

import com.google.protobuf.ByteString;
import io.anabranch.proto.KeySlot;
import io.anabranch.proto.KeySlots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The file that has a store's data key, once for each source that opens it. Changing a passphrase writes this file, and nothing of the store:
 * the data key stays what it is. So whoever has an old copy of the file, and an old passphrase, can still open the store.
 *
 * <p>Each change replaces the file whole, durably, or not at all. Thread-safe; of two processes that change it at once one change is lost.
 *
 * <pre>{@code
 * try (StoreKey key = KeyFile.make(path, new Passphrase(text), random)) { … }
 * try (StoreKey key = KeyFile.open(path, new Passphrase(text), random)) { … }
 * KeyFile.replace(path, new Passphrase(text), new Passphrase(another));
 * }</pre>
 */
public final class KeyFile {

    /** How many sources may open a store. */
    public static final int SLOTS_MAX = 8;

    private static final int FORMAT = 1;

    private KeyFile() {}

    /**
     * A source that opens the store.
     *
     * @param number its name in the file
     * @param kind of source
     */
    public record Slot(int number, String kind) {}

    /**
     * Makes the file, with a new data key.
     *
     * @param file takes the place of one that is there
     * @param source opens it from now on
     * @return the key; the caller closes it
     */
    public static StoreKey make(Path file, KeySource source, SecureRandom random) {
        byte[] dataKey = new byte[StoreKey.SIZE];
        random.nextBytes(dataKey);
        write(file, KeySlots.newBuilder().setFormat(FORMAT).addSlots(slot(1, source, dataKey)));
        return new StoreKey(dataKey, random);
    }

    /**
     * Opens the file.
     *
     * @return the key; the caller closes it
     * @throws KeyException WRONG_KEY if the source is not one of the store's; DAMAGED; FAILED
     */
    public static StoreKey open(Path file, KeySource source, SecureRandom random) {
        return new StoreKey(unwrap(file, read(file), source).dataKey, random);
    }

    /**
     * The sources that open a store.
     *
     * @throws KeyException as {@link #open}
     */
    public static List<Slot> slots(Path file) {
        return read(file).getSlotsList().stream()
                .map(slot -> new Slot(slot.getNumber(), slot.getKind()))
                .toList();
    }

    /**
     * Gives the store another source, in place of the one that is named.
     *
     * @throws KeyException as {@link #open}; nothing is changed then
     */
    public static void replace(Path file, KeySource source, KeySource by) {
        change(file, source, (slots, opened, dataKey) -> {
            int index = slots.getSlotsList().indexOf(opened);
            slots.setSlots(index, slot(next(slots), by, dataKey));
        });
    }

    /**
     * Gives the store one more source.
     *
     * @return its number
     * @throws KeyException as {@link #open}, or FAILED if it has {@value #SLOTS_MAX} already; nothing is changed then
     */
    public static int add(Path file, KeySource source, KeySource another) {
        return change(file, source, (slots, opened, dataKey) -> {
            if (slots.getSlotsCount() == SLOTS_MAX) {
                throw new KeyException(
                        KeyException.Code.FAILED, "the store has as many keys as it can have; remove one first");
            }
            slots.addSlots(slot(next(slots), another, dataKey));
        });
    }

    /**
     * Takes a source from the store.
     *
     * @param source one of the others, so that the store can still be opened
     * @param number of the one that goes
     * @throws KeyException as {@link #open}, or FAILED if there is no such slot or it is the source's own; nothing is changed then
     */
    public static void remove(Path file, KeySource source, int number) {
        change(file, source, (slots, opened, dataKey) -> {
            if (opened.getNumber() == number) {
                throw new KeyException(
                        KeyException.Code.FAILED,
                        "this is the key that the store was opened with; open it with another one to remove this one");
            }
            List<KeySlot> left = slots.getSlotsList().stream()
                    .filter(slot -> slot.getNumber() != number)
                    .toList();
            if (left.size() == slots.getSlotsCount()) {
                throw new KeyException(KeyException.Code.FAILED, "the store has no key of the number " + number);
            }
            slots.clearSlots().addAllSlots(left);
        });
    }

    private interface Change {
        void apply(KeySlots.Builder slots, KeySlot opened, byte[] dataKey);
    }

    /** The number of the last slot after the change. */
    private static int change(Path file, KeySource source, Change change) {
        KeySlots before = read(file);
        Unwrapped unwrapped = unwrap(file, before, source);
        try {
            KeySlots.Builder slots = before.toBuilder();
            change.apply(slots, unwrapped.slot, unwrapped.dataKey);
            write(file, slots);
            return slots.getSlots(slots.getSlotsCount() - 1).getNumber();
        } finally {
            Arrays.fill(unwrapped.dataKey, (byte) 0);
        }
    }

    private static int next(KeySlots.Builder slots) {
        return 1
                + slots.getSlotsList().stream()
                        .mapToInt(KeySlot::getNumber)
                        .max()
                        .orElse(0);
    }

    private static KeySlot slot(int number, KeySource source, byte[] dataKey) {
        return KeySlot.newBuilder()
                .setNumber(number)
                .setKind(source.kind())
                .setWrapped(ByteString.copyFrom(source.wrap(dataKey)))
                .build();
    }

    private static final class Unwrapped {

        private final KeySlot slot;
        private final byte[] dataKey;

        Unwrapped(KeySlot slot, byte[] dataKey) {
            this.slot = slot;
            this.dataKey = dataKey;
        }
    }

    private static Unwrapped unwrap(Path file, KeySlots slots, KeySource source) {
        for (KeySlot slot : slots.getSlotsList()) {
            if (slot.getKind().equals(source.kind())) {
                Optional<byte[]> dataKey = source.unwrap(slot.getWrapped().toByteArray());
                if (dataKey.isPresent() && dataKey.get().length == StoreKey.SIZE) {
                    return new Unwrapped(slot, dataKey.get());
                }
            }
        }
        throw new KeyException(
                KeyException.Code.WRONG_KEY,
                "the " + source.kind() + " does not open this store; nothing was changed. Try again: {file=" + file
                        + "}");
    }

    private static KeySlots read(Path file) {
        try {
            if (Files.size(file) > KeyFileBytes.SIZE_MAX) {
                throw damaged(file);
            }
            KeySlots slots = KeyFileBytes.decode(Files.readAllBytes(file)).orElseThrow(() -> damaged(file));
            if (slots.getFormat() != FORMAT) {
                throw new KeyException(
                        KeyException.Code.FAILED,
                        "the store was encrypted by a newer version; open it with that: {file=" + file + "}");
            }
            return slots;
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static void write(Path file, KeySlots.Builder slots) {
        Path beside = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            ByteBuffer from = ByteBuffer.wrap(KeyFileBytes.encode(slots.build()));
            try (FileChannel channel = FileChannel.open(
                    beside,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                while (from.hasRemaining()) {
                    channel.write(from);
                }
                channel.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static void force(Path directory) throws IOException {
        if (!System.getProperty("os.name", "").startsWith("Windows")) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static KeyException damaged(Path file) {
        return new KeyException(
                KeyException.Code.DAMAGED,
                "the file that has the store's key is damaged; restore it from a copy, or enrol the device anew: {file="
                        + file + "}");
    }

    private static KeyException failed(Path file, IOException cause) {
        return new KeyException(
                KeyException.Code.FAILED,
                "the file that has the store's key could not be read or written: " + cause + " {file=" + file + "}",
                cause);
    }
}
