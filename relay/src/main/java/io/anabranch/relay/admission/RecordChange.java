package io.anabranch.relay.admission;

import io.anabranch.crdt.Record;

/**
 * What a commit would make of one record.
 *
 * @param before as confirmed so far, {@link Record#isEmpty empty} for a new one
 * @param after what it would become
 * @param delta what the commit says
 */
public record RecordChange(Record before, Record after, Record delta) {}
