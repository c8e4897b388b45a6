package io.anabranch.replica.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what an {@link EncryptedStorage} has written, from it or from a snapshot of it. */
final class EncryptedReader implements StorageReader {

    private final StorageReader reader;
    private final EncryptedFamilies families;
    private final Function<Family, ValueSeal> seals;
    private final Runnable requireOpen;

    /** @param requireOpen throws if the store was closed */
    EncryptedReader(
            StorageReader reader, EncryptedFamilies families, Function<Family, ValueSeal> seals, Runnable requireOpen) {
        this.reader = reader;
        this.families = families;
        this.seals = seals;
        this.requireOpen = requireOpen;
    }

    @Override
    public byte @Nullable [] get(Family family, byte[] key) {
        if (families.isHidden(family)) {
            return getAll(family, List.of(key)).get(0);
        }
        byte[] sealed = reader.get(family, key);
        return sealed == null ? null : seals.apply(family).open(key, sealed);
    }

    @Override
    public List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
        List<byte @Nullable []> values = new ArrayList<>(keys.size());
        if (families.isHidden(family)) {
            try (Scan scan = scan(family, new byte[0], null)) {
                for (byte[] key : keys) {
                    values.add(scan.seek(key) && Arrays.equals(scan.key(), key) ? scan.value() : null);
                }
            }
            return values;
        }
        ValueSeal seal = seals.apply(family);
        List<byte @Nullable []> sealed = reader.getAll(family, keys);
        for (int i = 0; i < sealed.size(); i++) {
            byte[] one = sealed.get(i);
            values.add(one == null ? null : seal.open(keys.get(i), one));
        }
        return values;
    }

    @Override
    public Scan scan(Family family, byte[] from, byte @Nullable [] end) {
        return families.isHidden(family)
                ? tree(family, new KeyRange(from.clone(), end == null ? null : end.clone(), false))
                : new EncryptedScan(reader.scan(family, from, end), seals.apply(family));
    }

    @Override
    public Scan scanBackward(Family family, byte[] from, byte @Nullable [] end) {
        return families.isHidden(family)
                ? tree(family, new KeyRange(from.clone(), end == null ? null : end.clone(), true))
                : new EncryptedScan(reader.scanBackward(family, from, end), seals.apply(family));
    }

    private Scan tree(Family family, KeyRange range) {
        return new TreeScan(nodes(family), requireOpen, range);
    }

    /** The nodes of a hidden family. The caller closes them. */
    TreeNodes nodes(Family family) {
        return new TreeNodes(reader.scan(family, new byte[0], null), seals.apply(family));
    }
}
