package io.anabranch.bench.scope;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.commit.SignedCommits;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** The same work for a relay without scopes and one with them, batch by batch, and what each took. */
final class Turns {

    private final Office plain;
    private final Office scoped;
    private final Spent without = new Spent();
    private final Spent with = new Spent();
    private long commits;

    Turns(Office plain, Office scoped) {
        this.plain = plain;
        this.scoped = scoped;
    }

    /**
     * A batch for each.
     *
     * @param changes what is to be done to the records; asked for each of the two
     */
    void admit(List<RecordKey> keys, Supplier<BiConsumer<RecordEdit, RecordKey>> changes) {
        without.add(plain, keys, changes.get());
        with.add(scoped, keys, changes.get());
        commits += keys.size();
    }

    /** Commits per second by the clock, and the processor's time of the thread that admits. */
    void report(ObjectNode report, String what) {
        report.put(what + "_per_second_without", Math.round(commits * 1e9 / without.nanos));
        report.put(what + "_per_second_with", Math.round(commits * 1e9 / with.nanos));
        report.put(what + "_cpu_micros_without", Math.round(without.cpuNanos / 100.0 / commits) / 10.0);
        report.put(what + "_cpu_micros_with", Math.round(with.cpuNanos / 100.0 / commits) / 10.0);
        report.put(what + "_ratio", ratio(without.nanos, with.nanos));
        report.put(what + "_cpu_ratio", ratio(without.cpuNanos, with.cpuNanos));
    }

    private static double ratio(long without, long with) {
        return Math.round(100.0 * without / with) / 100.0;
    }

    private static final class Spent {

        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

        private long nanos;
        private long cpuNanos;

        void add(Office office, List<RecordKey> keys, BiConsumer<RecordEdit, RecordKey> change) {
            SignedCommits batch = office.edits(keys, change);
            long before = THREADS.getCurrentThreadCpuTime();
            nanos += office.admitNanos(batch);
            cpuNanos += THREADS.getCurrentThreadCpuTime() - before;
        }
    }
}
