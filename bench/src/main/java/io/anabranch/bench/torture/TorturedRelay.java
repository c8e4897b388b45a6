package io.anabranch.bench.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The relay, which is killed, started again and set back to backups. One thread. */
final class TorturedRelay {

    private static final String LISTENING = "listening on ";
    private static final int START_SECONDS_MAX = 60;

    private final Commands commands;
    private Path data;
    private int port;
    private Commands.@Nullable Running serving;
    private @Nullable Path backup;
    private int backups;

    TorturedRelay(Commands commands) throws IOException, InterruptedException {
        this.commands = commands;
        this.data = commands.data("relay-0");
        serve();
    }

    int port() {
        return port;
    }

    /** Starts it, on the port it had. */
    void serve() throws IOException, InterruptedException {
        Commands.Running started = commands.start(
                "relay", List.of("relay", "serve", "--data", data.toString(), "--port", Integer.toString(port)));
        serving = started;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
        while (System.nanoTime() < end && started.process().isAlive()) {
            for (String line : Files.readAllLines(started.out())) {
                if (line.startsWith(LISTENING)) {
                    port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
                    return;
                }
            }
            started.process().waitFor(50, TimeUnit.MILLISECONDS);
        }
        throw new IOException("the relay did not start: " + started.errors());
    }

    /** Ends it without a warning. */
    void kill() throws InterruptedException {
        Commands.Running killed = serving;
        if (killed != null) {
            killed.process().destroyForcibly().waitFor();
        }
    }

    /** A one-time code for a device of this user. */
    String code(String user) throws IOException, InterruptedException {
        Commands.Ended ended = commands.start("code", List.of("relay", "enrol-code", user, "--data", data.toString()))
                .ended();
        if (!ended.isDone()) {
            throw new IOException("no enrolment code: " + ended.complaint());
        }
        return ended.lines().get(0);
    }

    /** Takes a backup while it serves. */
    void backUp() throws IOException, InterruptedException {
        Path to = commands.data("backup-" + ++backups);
        Commands.Ended ended = commands.start(
                        "backup", List.of("relay", "backup", to.toString(), "--data", data.toString()))
                .ended();
        if (!ended.isDone()) {
            throw new IOException("no backup: " + ended.complaint());
        }
        backup = to;
    }

    /** Sets it back to the last backup; answers whether there was one. */
    boolean restore() throws IOException, InterruptedException {
        Path from = backup;
        if (from == null) {
            return false;
        }
        backup = null;
        kill();
        data = commands.data("relay-" + backups);
        Commands.Ended ended = commands.start(
                        "restore", List.of("relay", "restore", "--data", data.toString(), from.toString()))
                .ended();
        if (!ended.isDone()) {
            throw new IOException("not restored: " + ended.complaint());
        }
        serve();
        return true;
    }
}
