package io.anabranch.bench.replay;

import java.io.PrintWriter;
import java.util.Locale;

/** A report for reading. */
final class ReportTable {

    private final PrintWriter out;

    private ReportTable(PrintWriter out) {
        this.out = out;
    }

    static void print(PrintWriter out, ReplayReport report) {
        ReportTable table = new ReportTable(out);
        table.row("devices", report.devices(), "each with a store of its own, and a relay");
        table.row("commits", report.commits(), report.edits() + " edits of one record each");
        table.row("records", report.records(), report.liveRecords().toString());
        table.row(
                "syncs",
                report.syncs(),
                String.format(
                        Locale.ROOT, "%.1f MB up, %.1f MB down", report.bytesUp() / 1e6, report.bytesDown() / 1e6));
        table.row(
                "concurrent",
                report.concurrentCommits(),
                "commits by someone who had not seen the latest edit of a record");
        table.row(
                "merged",
                report.concurrentEdits(),
                "records edited so; none was refused, none overwrote another silently");
        table.row("side by side", report.sideBySide(), "fields that keep what was written at the same time");
        table.row("lost", report.lost(), report.errors() + " sync errors");
        out.printf(Locale.ROOT, "  %-14s %10.1f%n", "seconds", report.seconds());
        out.println();
        out.println(
                report.converged()
                        ? "  converged: all " + report.devices()
                                + " devices and the relay hold the same bytes, SHA-256 "
                                + report.digest().substring(0, 16) + "…"
                        : "  NOT converged: the stores differ");
    }

    private void row(String name, long number, String remark) {
        out.printf(Locale.ROOT, "  %-14s %,10d  %s%n", name, number, remark);
    }
}
