package io.anabranch.relay.session;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.store.RecordScan;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.reconcile.Items;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a reader may have of the records, as it may have it: the port through which scopes come into reconciliation. */
public interface ReaderItems {

    /** For a reader that may have everything. */
    ReaderItems EVERYTHING = new ReaderItems() {
        @Override
        public Items of(RelayView view) {
            return (from, end) -> new Walk(view.scan(from, end));
        }

        @Override
        public Optional<Record> visible(StoredRecord record) {
            return Optional.of(record.record());
        }

        @Override
        public boolean mayOffer(RecordKey key, @Nullable StoredRecord known) {
            return true;
        }
    };

    /** The reader's items in a view, with the states that it should have; not used after the view is closed. */
    Items of(RelayView view);

    /** What the reader should have of a record, empty if nothing. */
    Optional<Record> visible(StoredRecord record);

    /**
     * Whether the reader may offer a record's whole state back: only who may see all of it.
     *
     * @param known the record as the relay has it, null if it does not
     */
    boolean mayOffer(RecordKey key, @Nullable StoredRecord known);

    /** All records as they are. */
    record Walk(RecordScan scan) implements Items.Walk {

        @Override
        public boolean next() {
            return scan.next();
        }

        @Override
        public byte[] key() {
            return scan.key();
        }

        @Override
        public byte[] state() {
            return scan.record().state().toByteArray();
        }

        @Override
        public void close() {
            scan.close();
        }
    }
}
