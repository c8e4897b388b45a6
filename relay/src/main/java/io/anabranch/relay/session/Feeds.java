package io.anabranch.relay.session;

import io.anabranch.relay.store.FeedSlice;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import java.util.List;

/** The records that feeds name. */
final class Feeds {

    private Feeds() {}

    static List<StoredRecord> records(RelayView view, List<FeedSlice.Entry> entries) {
        return view.records(entries.stream().map(FeedSlice.Entry::key).toList()).stream()
                .map(record ->
                        record.orElseThrow(() -> new IllegalStateException("a feed names a record that is not stored")))
                .toList();
    }
}
