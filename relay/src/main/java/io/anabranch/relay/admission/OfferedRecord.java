package io.anabranch.relay.admission;

import io.anabranch.crdt.Record;

/**
 * What a device offers back of a record.
 *
 * @param record as the device has it
 * @param restricted whether the device may not be shown every field, so that what is not in it was perhaps never lost
 */
public record OfferedRecord(Record record, boolean restricted) {}
