package io.anabranch.replica.query;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import java.util.function.Consumer;

/** Records for tests, made by one edit. */
final class Records {

    private Records() {}

    static Record of(String id, Consumer<RecordEdit> changes) {
        RecordEdit edit =
                new RecordEdit(Record.empty(new RecordKey("account", id)), null, new RecordEdit.Author(7, 1, 1));
        changes.accept(edit.create());
        return edit.build();
    }
}
