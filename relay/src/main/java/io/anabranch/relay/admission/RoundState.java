package io.anabranch.relay.admission;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.store.RelayView;
import java.util.Collection;

/** What a rule may look at during a round. For the thread of the round, as long as the round is open. */
public interface RoundState {

    /** The store as it was before the round. */
    RelayView view();

    /** A record as the commits accepted so far have made it; {@linkplain Record#isEmpty empty} if there is none. */
    Record record(RecordKey key);

    /** The records that the commits accepted so far have changed, as they are now. */
    Collection<Record> changed();

    /** When the round began, by the relay's clock: ms since 1970. */
    long nowMillis();
}
