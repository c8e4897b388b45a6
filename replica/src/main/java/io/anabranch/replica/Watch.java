package io.anabranch.replica;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.state.RecordChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the records of a type that match a filter. Changes come in order, on one thread of the replica's own; those of one record
 * that come faster than the callback takes them are delivered as one. Close it to stop.
 */
public final class Watch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final String type;
    private final Predicate<Record> filter;
    private final Consumer<RecordEvent> callback;
    private final Executor executor;
    private final Consumer<Watch> onClose;
    private final Map<RecordKey, RecordChange> waiting = new LinkedHashMap<>();
    private boolean scheduled;
    private volatile boolean closed;

    Watch(
            String type,
            Predicate<Record> filter,
            Consumer<RecordEvent> callback,
            Executor executor,
            Consumer<Watch> onClose) {
        this.type = type;
        this.filter = filter;
        this.callback = callback;
        this.executor = executor;
        this.onClose = onClose;
    }

    /** No callback starts after this returns, but for one that is running. */
    @Override
    public void close() {
        closed = true;
        onClose.accept(this);
    }

    synchronized void changed(List<RecordChange> changes) {
        for (RecordChange change : changes) {
            RecordKey key = change.after().key();
            if (key.type().equals(type)) {
                waiting.merge(key, change, (first, second) -> new RecordChange(first.before(), second.after()));
            }
        }
        if (!waiting.isEmpty() && !scheduled) {
            scheduled = true;
            executor.execute(this::deliver);
        }
    }

    private synchronized List<RecordChange> take() {
        List<RecordChange> changes = new ArrayList<>(waiting.values());
        waiting.clear();
        scheduled = false;
        return changes;
    }

    private void deliver() {
        for (RecordChange change : take()) {
            boolean was = filter.test(change.before());
            boolean is = filter.test(change.after());
            if ((was || is) && !closed) {
                RecordEvent.Kind kind =
                        !was ? RecordEvent.Kind.ENTER : is ? RecordEvent.Kind.CHANGE : RecordEvent.Kind.LEAVE;
                deliver(new RecordEvent(kind, change.after()));
            }
        }
    }

    private void deliver(RecordEvent event) {
        try {
            callback.accept(event);
        } catch (RuntimeException e) {
            LOG.error("a watch's callback failed; the watch goes on", e);
        }
    }
}
