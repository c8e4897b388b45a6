package io.anabranch.replica.reconcile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a range into parts of about equal size in one pass and constant memory, without knowing how many items there are.
 *
 * <p>Parts are filled one after another, with the same number of items each. When there would be more than {@value #PARTS_MAX},
 * neighbours are merged and that number doubles. So at the end there are between half of that and all of it, or one for each item.
 */
final class Partition {

    static final int PARTS_MAX = 32;

    private final List<byte[]> froms = new ArrayList<>();
    private final List<Fingerprint> fingerprints = new ArrayList<>();
    private long size = 1;

    private Partition() {}

    /** The parts of a range, which cover it; one if the items are not more than {@code wholeMax}. */
    static List<Part> of(Items items, Range range, ItemHash hash, int wholeMax) {
        Partition partition = new Partition();
        Fingerprint all = Fingerprint.NONE;
        try (Items.Walk walk = items.walk(range.from(), range.end())) {
            while (walk.next()) {
                Fingerprint item = hash.of(walk.key(), walk.state());
                partition.add(walk.key(), item);
                all = all.plus(item);
            }
        }
        return all.count() <= wholeMax
                ? List.of(new Part(range.from(), range.end(), all))
                : partition.parts(range.from(), range.end());
    }

    private void add(byte[] key, Fingerprint item) {
        int last = froms.size() - 1;
        if (last >= 0 && fingerprints.get(last).count() < size) {
            fingerprints.set(last, fingerprints.get(last).plus(item));
            return;
        }
        if (froms.size() == PARTS_MAX) {
            merge();
        }
        froms.add(key);
        fingerprints.add(item);
    }

    private void merge() {
        for (int i = 0; i < PARTS_MAX / 2; i++) {
            froms.set(i, froms.get(2 * i));
            fingerprints.set(i, fingerprints.get(2 * i).plus(fingerprints.get(2 * i + 1)));
        }
        froms.subList(PARTS_MAX / 2, PARTS_MAX).clear();
        fingerprints.subList(PARTS_MAX / 2, PARTS_MAX).clear();
        size *= 2;
    }

    private List<Part> parts(byte[] from, byte @Nullable [] end) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < froms.size(); i++) {
            byte[] partEnd = i + 1 < froms.size() ? froms.get(i + 1) : end;
            parts.add(new Part(i == 0 ? from : froms.get(i), partEnd, fingerprints.get(i)));
        }
        return parts;
    }
}
