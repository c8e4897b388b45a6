package io.anabranch.bench.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A device that is used by its commands, which are killed at any time. One thread. */
final class TorturedDevice {

    private static final int LOGS = 5;
    private static final int RECORDS_PER_FILE = 300;
    private static final int KILLED_AFTER_MILLIS_MAX = 2_500;

    private final String name;
    private final Commands commands;
    private final Ledger ledger;
    private final TortureCounts counts;
    private final Random random;
    private int made;

    TorturedDevice(String name, Commands commands, Ledger ledger, TortureCounts counts) {
        this.name = name;
        this.commands = commands;
        this.ledger = ledger;
        this.counts = counts;
        this.random = new Random(counts.seed() ^ name.hashCode());
    }

    void enrol(String address, String code) throws IOException, InterruptedException {
        done(command("enrol", "--relay", address, "--code", code, "--name", name));
    }

    /** One command, killed or not. */
    void step() throws IOException, InterruptedException {
        switch (random.nextInt(10)) {
            case 0, 1 -> addElement();
            case 2 -> count();
            case 3, 4 -> create();
            case 5, 6 -> sync("incremental");
            case 7 -> sync("non-blocking");
            case 8 -> sync(random.nextInt(3) == 0 ? "refresh" : "incremental");
            default -> local("apply");
        }
    }

    private void addElement() throws IOException, InterruptedException {
        String element = name + "-" + ++made;
        ledger.tries(element);
        if (local("add", log(), Ledger.ENTRIES, element)) {
            ledger.saves(element);
        }
    }

    private void count() throws IOException, InterruptedException {
        String log = log();
        String id = log.substring(log.indexOf('/') + 1);
        ledger.triesToCount(id, 1);
        if (local("increment", log, Ledger.COUNT, "1")) {
            ledger.counts(id, 1);
        }
    }

    private String log() {
        return Ledger.LOG + "/" + random.nextInt(LOGS);
    }

    private void create() throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        made++;
        for (int i = 0; i < RECORDS_PER_FILE; i++) {
            lines.add("{\"type\":\"visit\",\"id\":\"%s-%d-%03d\",\"fields\":{\"note\":\"%d\",\"samples\":\"%s\"}}"
                    .formatted(name, made, i, random.nextInt(1_000_000), "x".repeat(random.nextInt(400))));
        }
        Path file = Files.write(commands.data(name + ".jsonl"), lines);
        ledger.triesRecords(lines);
        if (local("import", file.toString())) {
            ledger.savesRecords(lines);
        }
    }

    /** A command that needs no network; answers whether it was done. It must be if nothing was in its way. */
    private boolean local(String... arguments) throws IOException, InterruptedException {
        int fate = random.nextInt(8);
        Commands.Ended ended;
        if (fate < 3) {
            ended = killed(command(arguments));
        } else if (fate == 3) {
            counts.disksFull().increment();
            ended = commands.startConfined(name, 1 + random.nextInt(400), arguments(arguments))
                    .ended();
        } else {
            ended = done(command(arguments));
        }
        counts.commands().increment();
        return ended.isDone();
    }

    /** A sync, which may fail, as the network and the relay may. */
    private void sync(String way) throws IOException, InterruptedException {
        Commands.Running sync = command("sync", way);
        Commands.Ended ended = random.nextBoolean() ? killed(sync) : sync.ended();
        counts.commands().increment();
        (ended.isDone() ? counts.syncs() : counts.syncsFailed()).increment();
    }

    private Commands.Ended killed(Commands.Running command) throws IOException, InterruptedException {
        Commands.Ended ended = command.endedWithin(50 + random.nextInt(KILLED_AFTER_MILLIS_MAX));
        if (!ended.isDone()) {
            counts.deviceKills().increment();
        }
        return ended;
    }

    private Commands.Ended done(Commands.Running command) throws IOException, InterruptedException {
        Commands.Ended ended = command.ended();
        if (!ended.isDone()) {
            throw new IOException(name + " failed with nothing in its way: " + ended.complaint());
        }
        return ended;
    }

    /** Syncs with nothing in the way. */
    void settle() throws IOException, InterruptedException {
        done(command("sync"));
    }

    List<String> dump() throws IOException, InterruptedException {
        return done(command("dump")).lines();
    }

    String status() throws IOException, InterruptedException {
        return String.join("", done(command("status", "--json")).lines());
    }

    private Commands.Running command(String... arguments) throws IOException {
        return commands.start(name, arguments(arguments));
    }

    private List<String> arguments(String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("device", "--data", commands.data("device-" + name).toString()));
        all.addAll(Arrays.asList(arguments));
        return all;
    }
}
