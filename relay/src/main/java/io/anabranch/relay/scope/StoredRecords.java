package io.anabranch.relay.scope;

import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The records of a round of admission, as the commits accepted so far have made them. Called on the thread of the round. */
public interface StoredRecords {

    /** The store as it was before the round. */
    RelayView view();

    /** Reads records, all at once; a help for speed. */
    void read(Collection<RecordKey> keys);

    /** Notes a record that was read from the {@link #view}, so that it need not be read again. */
    void known(StoredRecord record);

    /** A record as it is now, null if there is none. Reads it if need be. */
    @Nullable
    StoredRecord now(RecordKey key);
}
