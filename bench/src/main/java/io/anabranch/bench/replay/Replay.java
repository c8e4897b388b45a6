package io.anabranch.bench.replay;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.store.RelayView;
import io.anabranch.replica.RecordWriter;
import io.anabranch.replica.Replica;
import io.anabranch.replica.Transaction;
import io.anabranch.replica.json.FieldsJson;
import io.anabranch.replica.json.RecordJson;
import io.anabranch.replica.schema.ConfigurationType;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One replay of a stream, from the first commit, or from where an earlier one of the same directory was interrupted, to the comparison of
 * all stores.
 */
public final class Replay implements AutoCloseable {

    private final List<StreamCommit> stream;
    private final ReplayOptions options;
    private final ReplayListener listener;
    private final StreamClock clock = new StreamClock();
    private final ConcurrencyTally tally = new ConcurrencyTally();
    private final Bookmark bookmark;
    private final Fleet fleet;
    private final Bookmark.Place start;

    Replay(List<StreamCommit> stream, ReplayOptions options, ReplayListener listener) {
        this.stream = stream;
        this.options = options;
        this.listener = listener;
        this.bookmark = new Bookmark(options.data());
        if (!stream.isEmpty()) {
            clock.advanceTo(stream.get(0).timeMillis());
        }
        this.fleet = new Fleet(options.data(), deviceNames(), clock, listener::preparing);
        this.start = bookmark.read();
    }

    /** The relay, which goes on serving until this is closed. */
    public RelayServer relay() {
        return fleet.relay();
    }

    /** Replays to the end. */
    public ReplayReport run() {
        long startNanos = System.nanoTime();
        int first = Math.min(start.index(), stream.size());
        for (int i = first; i < stream.size(); i++) {
            step(i);
        }
        meet();
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        listener.comparing();
        return new Outcome(fleet, tally).report(stream, seconds);
    }

    /** Writes the relay's live records as JSON, one a line, sorted by type and id. */
    void export(Path file) throws IOException {
        try (RelayView view = relay().store().view();
                PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
            view.forEachRecord(stored -> {
                if (stored.record().alive()
                        && !ConfigurationType.isReserved(stored.key().type())) {
                    out.println(RecordJson.line(stored.record()));
                }
            });
            if (out.checkError()) {
                throw new IOException("the export could not be written: " + file);
            }
        }
    }

    @Override
    public void close() {
        fleet.close();
    }

    private void step(int index) {
        StreamCommit commit = stream.get(index);
        clock.advanceTo(commit.timeMillis());
        ReplayOptions.Coins coins = options.coins(commit);
        FleetDevice device = fleet.device(deviceName(commit.editor(), coins.device()));
        if (coins.syncsBefore()) {
            device.sync();
        }
        save(index, commit, device.replica());
        if (coins.syncsAfter()) {
            device.sync();
        }
        listener.committed(index + 1, stream.size(), commit.timeMillis(), device.name(), coins.syncsAfter());
    }

    private void save(int index, StreamCommit commit, Replica replica) {
        long made = replica.status().commits();
        if (index == start.index() && made > start.deviceCommits()) {
            return;
        }
        bookmark.write(new Bookmark.Place(index, made));
        tally.beforeCommit(views(replica, commit));
        replica.commit(tx -> commit.changes().forEach(change -> apply(tx, change)));
        tally.afterCommit(views(replica, commit));
    }

    private static void apply(Transaction tx, StreamCommit.Change change) {
        RecordKey key = change.key();
        RecordWriter record = tx.record(key.type(), key.id());
        if (change.deletes()) {
            record.delete();
        }
        if (change.fields() != null) {
            Record view = change.deletes() ? Record.empty(key) : tx.view(key);
            FieldsJson.apply(change.fields(), view, record.edit());
        }
    }

    private static List<Record> views(Replica replica, StreamCommit commit) {
        List<Record> views = new ArrayList<>();
        commit.changes().forEach(change -> views.add(replica.view(change.key())));
        return views;
    }

    /** Everyone comes home: all that is pending goes up, then everyone gets what everyone wrote. */
    private void meet() {
        for (int round = 1; round <= 2; round++) {
            int number = round;
            AtomicInteger done = new AtomicInteger();
            fleet.forEach(device -> {
                device.sync();
                listener.meeting(number, done.incrementAndGet(), fleet.devices().size());
            });
        }
    }

    private Collection<String> deviceNames() {
        TreeSet<String> names = new TreeSet<>();
        for (StreamCommit commit : stream) {
            for (int i = 0; i < options.devicesPerEditor(); i++) {
                names.add(deviceName(commit.editor(), i));
            }
        }
        return names;
    }

    private static String deviceName(String editor, int index) {
        return editor + "-" + (index + 1);
    }
}
