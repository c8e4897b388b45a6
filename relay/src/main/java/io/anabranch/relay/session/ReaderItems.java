package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import io.anabranch.relay.scope.Columns;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.store.Memberships;
import io.anabranch.relay.store.RecordScan;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.reconcile.Items;
import org.jspecify.annotations.Nullable;

/** What a reader is to have of the records of a view, as a page would give it. Not used after the view is closed. */
final class ReaderItems implements Items {

    private final RelayView view;
    private final ScopeSet set;

    ReaderItems(RelayView view, ScopeSet set) {
        this.view = view;
        this.set = set;
    }

    /** What can be seen of a record by a set. */
    static Columns visible(ScopeSet set, @Nullable StoredRecord record) {
        Columns visible = Columns.NONE;
        if (record != null) {
            for (Memberships.Membership one : record.memberships().all()) {
                visible = one.left() ? visible : visible.and(set.columns(one.bucket()));
            }
        }
        return visible;
    }

    /** The state of a record as far as it can be seen. */
    static ByteString state(StoredRecord record, Columns visible) {
        return visible.all() ? record.state() : record.visible(visible::shows);
    }

    @Override
    public Items.Walk walk(byte[] from, byte @Nullable [] end) {
        return new Walk(view.scan(from, end), set);
    }

    private static final class Walk implements Items.Walk {

        private final RecordScan scan;
        private final ScopeSet set;
        private byte[] state = new byte[0];

        Walk(RecordScan scan, ScopeSet set) {
            this.scan = scan;
            this.set = set;
        }

        @Override
        public boolean next() {
            while (scan.next()) {
                StoredRecord record = scan.record();
                Columns visible = visible(set, record);
                if (visible.any()) {
                    state = ReaderItems.state(record, visible).toByteArray();
                    return true;
                }
            }
            return false;
        }

        @Override
        public byte[] key() {
            return scan.key();
        }

        @Override
        public byte[] state() {
            return state;
        }

        @Override
        public void close() {
            scan.close();
        }
    }
}
