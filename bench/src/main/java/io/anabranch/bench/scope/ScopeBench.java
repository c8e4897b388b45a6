package io.anabranch.bench.scope;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.schema.ConfigurationRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** One run: the same records admitted without rules and with them, then what rules have to do when something moves. */
final class ScopeBench {

    private static final int COMMITS_PER_BATCH = 500;
    private static final long UPLOADED_MAX = 100_000;
    private static final int EDITS = 40_000;
    private static final int SINGLE_EDITS = 400;
    private static final int MOVES = 15;

    private final SalesOrganisation organisation;
    private final ObjectNode report;
    private final Consumer<String> progress;
    private final SplittableRandom random = new SplittableRandom(1);

    ScopeBench(SalesOrganisation organisation, ObjectNode report, Consumer<String> progress) {
        this.organisation = organisation;
        this.report = report;
        this.progress = progress;
    }

    /** Both relays take the same in turns, so that what else the machine does is shared by both. */
    void run(Path directory) {
        new Uploads(organisation, progress)
                .run(directory.resolve("uploads"), Math.min(UPLOADED_MAX, organisation.records() / 2), report);
        try (Office plain = new Office(directory.resolve("plain"));
                Office scoped = new Office(directory.resolve("scoped"))) {
            scoped.configure(SalesOrganisation.rules());
            scoped.configure(SalesOrganisation.users(0, organisation.users() / 10));
            scoped.settle();
            load(new Turns(plain, scoped));
            edit(new Turns(plain, scoped));
        }
        try (Office office = new Office(directory.resolve("scoped"))) {
            users(office);
            moveAccount(office);
            new Devices(office, report, progress).run();
            changeRule(office);
        }
    }

    /** Making the commits is not counted. */
    private void load(Turns turns) {
        for (long first = 0; first < organisation.records(); first += COMMITS_PER_BATCH) {
            List<RecordKey> keys = new ArrayList<>();
            long end = Math.min(first + COMMITS_PER_BATCH, organisation.records());
            for (long number = first; number < end; number++) {
                keys.add(organisation.key(number));
            }
            long start = first;
            turns.admit(keys, () -> {
                long[] number = {start};
                return (edit, key) -> organisation.fill((field, value) -> edit.set(field, value), number[0]++);
            });
            if (first % 10_000 == 0) {
                progress.accept("loading: " + end + " of " + organisation.records() + " records");
            }
        }
        turns.report(report, "created");
    }

    private void edit(Turns turns) {
        progress.accept("editing");
        for (int done = 0; done < EDITS; done += COMMITS_PER_BATCH) {
            turns.admit(some(COMMITS_PER_BATCH), () -> this::ordinary);
        }
        turns.report(report, "edited");
    }

    private List<RecordKey> some(int count) {
        return random.longs(0, organisation.records())
                .distinct()
                .limit(Math.min(count, organisation.records()))
                .mapToObj(organisation::key)
                .toList();
    }

    /** Mostly what no rule looks at. */
    private void ordinary(RecordEdit edit, RecordKey key) {
        if (random.nextInt(10) == 0) {
            edit.set("status", Value.of(random.nextBoolean() ? "open" : "closed"));
        } else {
            edit.set("remarks", Value.of("seen " + random.nextInt(1_000_000)));
        }
    }

    /** What one change costs with a tenth of the users, all of them, and ten times as many. */
    private void users(Office office) {
        int all = organisation.users();
        report.put("change_micros_tenth_of_users", changeMicros(office));
        addUsers(office, all / 10, all);
        report.put("change_micros_all_users", changeMicros(office));
        report.put("user_change_micros_all_users", userChangeMicros(office));
        addUsers(office, all, all * 10);
        report.put("change_micros_ten_times_users", changeMicros(office));
        report.put("user_change_micros_ten_times_users", userChangeMicros(office));
    }

    private void addUsers(Office office, int first, int end) {
        progress.accept("adding users");
        office.configure(SalesOrganisation.users(first, end));
        office.settle();
    }

    /** A user is given another territory. */
    private long userChangeMicros(Office office) {
        int[] to = {0};
        return median(MOVES, () -> {
                    long started = System.nanoTime();
                    office.configure(List.of(SalesOrganisation.user(1, SalesOrganisation.territory(++to[0]))));
                    return System.nanoTime() - started;
                })
                / 1_000;
    }

    private long changeMicros(Office office) {
        return median(SINGLE_EDITS, () -> office.admitNanos(office.edits(some(1), this::ordinary))) / 1_000;
    }

    /** The first account changes territory, and a thousand calls, their notes, and its contacts and orders with it. */
    private void moveAccount(Office office) {
        progress.accept("moving an account");
        int[] to = {0};
        BiConsumer<RecordEdit, RecordKey> move =
                (edit, key) -> edit.set("territory", Value.of(SalesOrganisation.territory(++to[0])));
        long nanos = median(MOVES, () -> office.admitNanos(office.edits(List.of(organisation.account(0)), move)));
        report.put("account_move_millis", millis(nanos));
    }

    /** A new rule while everybody works. */
    private void changeRule(Office office) {
        progress.accept("changing a rule");
        ConfigurationRecord rule = SalesOrganisation.rule(
                "high-priority-calls",
                "call",
                "priority = 3 AND account IN (SELECT id FROM account WHERE region = :user.region)");
        office.configure(List.of(rule));
        long started = System.nanoTime();
        List<Long> waits = new ArrayList<>();
        boolean more = true;
        while (more) {
            long slot = System.nanoTime();
            more = office.maintain();
            office.admitNanos(office.edits(some(1), this::ordinary));
            waits.add(System.nanoTime() - slot);
        }
        long[] sorted = waits.stream().mapToLong(Long::longValue).sorted().toArray();
        report.put("rule_change_seconds", millis(System.nanoTime() - started) / 1_000);
        report.put("rule_change_commit_p99_millis", millis(sorted[sorted.length * 99 / 100]));
    }

    private static double millis(long nanos) {
        return Math.round(nanos / 1e4) / 100.0;
    }

    /** A measurement that is repeated. */
    interface Timed {
        long nanos();
    }

    static long median(int times, Timed timed) {
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            nanos[i] = timed.nanos();
        }
        Arrays.sort(nanos);
        return nanos[times / 2];
    }
}
