package io.anabranch.bench.replay;

import io.anabranch.replica.cli.Progress;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Shows a replay on a terminal. */
final class ReplayProgress implements ReplayListener {

    private final Progress progress;

    ReplayProgress(Progress progress) {
        this.progress = progress;
    }

    @Override
    public void preparing(String step) {
        progress.show("starting: " + step);
    }

    @Override
    public void committed(int done, int all, long streamMillis, String device, boolean online) {
        LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(streamMillis), ZoneOffset.UTC);
        progress.show(
                Progress.bar(done, all) + " commits, " + day + ": " + device + (online ? " syncs" : " works offline"));
    }

    @Override
    public void meeting(int round, int done, int all) {
        progress.show(Progress.bar(done, all) + " devices, coming home: " + (round == 1 ? "sending" : "catching up"));
    }

    @Override
    public void comparing() {
        progress.show("comparing every byte of every store");
    }
}
