package io.anabranch.replica.query;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import java.time.ZoneOffset;
import java.util.function.Consumer;

/** Records for tests, made by one edit. */
final class Records {

    /** 1 May 2012, noon. */
    static final Circumstances NOON = Circumstances.at(1_335_873_600_000L, ZoneOffset.UTC);

    private Records() {}

    static Record of(String id, Consumer<RecordEdit> changes) {
        RecordEdit edit =
                new RecordEdit(Record.empty(new RecordKey("account", id)), null, new RecordEdit.Author(7, 1, 1));
        changes.accept(edit.create());
        return edit.build();
    }
}
