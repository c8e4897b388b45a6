package io.anabranch.bench.simulation;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code anabranch bench simulate}: runs seeds on all processors, or one seed with a trace. Exit status 1 if a seed failed. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = "Runs whole networks under faults and checks the invariants; a seed is a run.")
public final class SimulationCommand implements Callable<Integer> {

    @Option(names = "--seeds", paramLabel = "N", description = "How many seeds to run (default: ${DEFAULT-VALUE}).")
    private long seeds = 300;

    @Option(names = "--first", paramLabel = "S", description = "The first of them (default: ${DEFAULT-VALUE}).")
    private long first = 1;

    @Option(names = "--seed", paramLabel = "S", description = "Run this one alone.")
    private long only = Long.MIN_VALUE;

    @Option(names = "--trace", description = "With --seed: print what happens, a line each.")
    private boolean trace;

    @Option(names = "--restores", description = "The relay is also set back to backups now and then.")
    private boolean restores;

    @Option(names = "--minutes", paramLabel = "M", description = "Run seeds for this long instead of a number of them.")
    private long minutes;

    @Option(names = "--json", description = "Print one object a line: each failed seed, then the totals.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final AtomicLong ran = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();

    @Override
    public Integer call() {
        long startedNanos = System.nanoTime();
        if (only != Long.MIN_VALUE) {
            report(run(only, trace ? out()::println : line -> {}));
        } else {
            runAll(startedNanos);
        }
        summary(startedNanos);
        out().flush();
        return failed.get() == 0 ? 0 : 1;
    }

    private void runAll(long startedNanos) {
        AtomicLong next = new AtomicLong(first);
        AtomicBoolean over = new AtomicBoolean();
        IntStream.range(0, Runtime.getRuntime().availableProcessors())
                .parallel()
                .forEach(worker -> {
                    while (!over.get()) {
                        long seed = next.getAndIncrement();
                        if (isOver(seed, startedNanos)) {
                            over.set(true);
                        } else {
                            report(run(seed, line -> {}));
                        }
                    }
                });
    }

    private Outcome run(long seed, Consumer<String> to) {
        if (restores) {
            return Simulation.runRestoring(seed, to);
        }
        return trace ? Simulation.run(seed, to) : Simulation.run(seed);
    }

    private boolean isOver(long seed, long startedNanos) {
        return minutes > 0 ? System.nanoTime() - startedNanos > minutes * 60_000_000_000L : seed >= first + seeds;
    }

    private synchronized void report(Outcome outcome) {
        ran.incrementAndGet();
        commits.addAndGet(outcome.commits());
        if (!outcome.isFailure()) {
            return;
        }
        failed.incrementAndGet();
        if (json) {
            out().printf(
                            "{\"seed\":%d,\"check\":%s,\"message\":%s}%n",
                            outcome.seed(), quoted(outcome.check()), quoted(outcome.message()));
        } else {
            out().printf(
                            "seed %d failed: %s%n  anabranch bench simulate --seed %d --trace%n",
                            outcome.seed(), outcome.message(), outcome.seed());
        }
        out().flush();
    }

    private void summary(long startedNanos) {
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        if (json) {
            out().printf(
                            "{\"seeds\":%d,\"failed\":%d,\"commits\":%d,\"seconds\":%.1f}%n",
                            ran.get(), failed.get(), commits.get(), seconds);
        } else {
            out().printf(
                            "%d seeds, %d failed, %d commits, %.1f s, %.1f seeds/s%n",
                            ran.get(), failed.get(), commits.get(), seconds, ran.get() / seconds);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static String quoted(@Nullable String text) {
        StringBuilder quoted = new StringBuilder("\"");
        String.valueOf(text).chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
