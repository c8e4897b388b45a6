package io.anabranch.replica.state;

import io.anabranch.crdt.Record;

/**
 * How the view of one record changed.
 *
 * @param before empty if there was none
 * @param after empty if there is none
 */
public record RecordChange(Record before, Record after) {}
