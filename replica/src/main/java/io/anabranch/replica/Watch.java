package io.anabranch.replica;

import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.state.RecordChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what a query finds. Changes come in order, on one thread of the replica's own; those of one record that come faster than the
 * callback takes them are delivered as one. Applied to the result before, the events give the result after, also where one record makes
 * room for another in a LIMIT or a sub-query selects another value. What the passing of time alone changes is told with the next change.
 * Close it to stop.
 */
public final class Watch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final WatchedResult result;
    private final Consumer<RecordEvent> callback;
    private final Executor executor;
    private final Consumer<Watch> onClose;
    private final Map<RecordKey, RecordChange> waiting = new LinkedHashMap<>();
    private boolean scheduled;
    private volatile boolean closed;

    Watch(WatchedResult result, Consumer<RecordEvent> callback, Executor executor, Consumer<Watch> onClose) {
        this.result = result;
        this.callback = callback;
        this.executor = executor;
        this.onClose = onClose;
    }

    /** Follows from what is found now on, and not before it is known what that is. */
    void begin(Consumer<Watch> onBegin) {
        synchronized (result) {
            onBegin.accept(this);
            result.begin();
        }
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
            if (result.dependsOn(key.type())) {
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
        if (closed) {
            return;
        }
        List<RecordEvent> events;
        try {
            synchronized (result) {
                events = result.events(take());
            }
        } catch (IllegalStateException e) {
            LOG.debug("the store was closed before a watch was told of its last changes");
            return;
        }
        for (RecordEvent event : events) {
            if (!closed) {
                deliver(event);
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

    /** A thread that callbacks run on. */
    static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "anabranch-watch");
        thread.setDaemon(true);
        return thread;
    }
}
