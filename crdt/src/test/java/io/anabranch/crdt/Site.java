package io.anabranch.crdt;

import io.anabranch.crdt.RecordEdit.Author;
import io.anabranch.crdt.RecordEdit.DeleteRule;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A replica in an example: edits its copy at times that the example gives. */
final class Site {

    static final RecordKey KEY = new RecordKey("account", "a1");

    final long id;
    Record view = Record.empty(KEY);
    DeleteRule rule = DeleteRule.EDIT_WINS;
    private long time = 1;

    Site(long id) {
        this.id = id;
    }

    Site deleteWins() {
        rule = DeleteRule.DELETE_WINS;
        return this;
    }

    Site at(long newTime) {
        time = newTime;
        return this;
    }

    /** The delta, which the view has joined. */
    Record edit(Consumer<RecordEdit> changes) {
        return edit(null, changes);
    }

    Record edit(@Nullable Record base, Consumer<RecordEdit> changes) {
        Author author = new Author(id, view.context().last(id) + 1, HybridClock.stamp(time, 0));
        RecordEdit edit = new RecordEdit(view, base, author, rule);
        changes.accept(edit);
        Record delta = edit.build();
        view = view.join(delta);
        return delta;
    }

    Site get(Record... deltas) {
        Arrays.asList(deltas).forEach(delta -> view = view.join(delta));
        return this;
    }

    /** All join what all know. */
    static Record meet(Site... sites) {
        Record all = Arrays.stream(sites).map(site -> site.view).reduce(Record.empty(KEY), Record::join);
        Arrays.asList(sites).forEach(site -> site.get(all));
        return all;
    }
}
