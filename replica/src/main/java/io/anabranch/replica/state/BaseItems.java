package io.anabranch.replica.state;

import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.reconcile.Items;
import io.anabranch.replica.storage.Scan;
import io.anabranch.replica.storage.StorageReader;
import io.anabranch.replica.wire.RecordKeys;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The base of every record, for reconciliation: its own row where there is one, otherwise the view; without those that have left the scope. */
final class BaseItems implements Items {

    private final StorageReader storage;
    private final Predicate<RecordKey> left;

    /** @param left records that are no longer in the device's scope, and stay only for the sake of commits */
    BaseItems(StorageReader storage, Predicate<RecordKey> left) {
        this.storage = storage;
        this.left = left;
    }

    @Override
    public Items.Walk walk(byte[] from, byte @Nullable [] end) {
        return new Merged(
                storage.scan(ReplicaFamilies.RECORDS, from, end), storage.scan(ReplicaFamilies.BASE, from, end), left);
    }

    /** Two scans side by side; empty bases are passed over. */
    private static final class Merged implements Items.Walk {

        private final Predicate<RecordKey> left;
        private final Scan views;
        private final Scan bases;
        private byte @Nullable [] viewKey;
        private byte @Nullable [] baseKey;
        private byte[] key = new byte[0];
        private byte[] state = new byte[0];

        Merged(Scan views, Scan bases, Predicate<RecordKey> left) {
            this.left = left;
            this.views = views;
            this.bases = bases;
            this.viewKey = keyOfNext(views);
            this.baseKey = keyOfNext(bases);
        }

        @Override
        public boolean next() {
            do {
                byte[] view = viewKey;
                byte[] base = baseKey;
                if (view == null && base == null) {
                    return false;
                }
                int order = view == null ? 1 : base == null ? -1 : Arrays.compareUnsigned(view, base);
                if (order < 0 && view != null) {
                    key = view;
                    state = views.value();
                } else if (base != null) {
                    key = base;
                    state = bases.value();
                    baseKey = keyOfNext(bases);
                }
                if (order <= 0) {
                    viewKey = keyOfNext(views);
                }
            } while (state.length == 0 || left.test(RecordKeys.decode(key, 0)));
            return true;
        }

        @Override
        public byte[] key() {
            return key;
        }

        @Override
        public byte[] state() {
            return state;
        }

        @Override
        public void close() {
            views.close();
            bases.close();
        }

        private static byte @Nullable [] keyOfNext(Scan scan) {
            return scan.next() ? scan.key() : null;
        }
    }
}
