package io.anabranch.replica.cli;

import java.io.PrintWriter;

/** One line on a terminal's standard error that is written over as work goes on; nothing where there is no terminal. */
public final class Progress implements AutoCloseable {

    private static final long BETWEEN_NANOS = 100_000_000;
    private static final int WIDTH = 100;

    private final PrintWriter err;
    private final boolean terminal;
    private long shownNanos;
    private boolean shown;

    /** Shows on {@code err} if the process has a terminal. */
    public Progress(PrintWriter err) {
        this.err = err;
        this.terminal = isTerminal();
    }

    /** Whether a person watches. The launcher sets jdk.console=java.base, so that JDK 22 and later answer as those before. */
    @SuppressWarnings("SystemConsoleNull")
    public static boolean isTerminal() {
        return System.console() != null;
    }

    /** Shows a text, at most ten times a second. */
    public synchronized void show(String text) {
        long now = System.nanoTime();
        if (terminal && (!shown || now - shownNanos >= BETWEEN_NANOS)) {
            String line = text.length() > WIDTH ? text.substring(0, WIDTH) : text;
            err.print("\r" + line + " ".repeat(WIDTH - line.length()) + "\r");
            err.flush();
            shownNanos = now;
            shown = true;
        }
    }

    /** A bar for a part of a whole. */
    public static String bar(long done, long all) {
        int filled = all <= 0 ? 0 : (int) Math.min(20, 20 * done / all);
        return "[" + "#".repeat(filled) + "-".repeat(20 - filled) + "] " + done + " of " + all;
    }

    /** Clears the line. */
    @Override
    public synchronized void close() {
        if (shown) {
            err.print("\r" + " ".repeat(WIDTH) + "\r");
            err.flush();
        }
    }
}
