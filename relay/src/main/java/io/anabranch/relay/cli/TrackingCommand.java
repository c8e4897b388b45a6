package io.anabranch.relay.cli;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Device;
import io.anabranch.proto.ListTracksReply;
import io.anabranch.proto.Track;
import io.anabranch.replica.tracking.SyncTrack;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code relay tracking}: who syncs, how, and what goes wrong. */
@Command(
        name = "tracking",
        description = "Say what the devices have told of their syncs: all of them, latest first, or a report.",
        mixinStandardHelpOptions = true)
final class TrackingCommand extends RelayTask {

    private enum By {
        user,
        day
    }

    @ArgGroup(exclusive = true)
    private @Nullable Report report;

    @Option(names = "--user", paramLabel = "NAME", description = "Of this user only.")
    private @Nullable String user;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Mixin
    private RelayChoice relay = new RelayChoice();

    private static final class Report {

        @Option(names = "--by", paramLabel = "WHAT", description = "Sums by ${COMPLETION-CANDIDATES}.")
        private @Nullable By by;

        @Option(names = "--slowest", paramLabel = "N", description = "The N slowest.")
        private @Nullable Integer slowest;

        @Option(names = "--failing", description = "Those that failed.")
        private boolean failing;

        @Option(
                names = "--overdue",
                paramLabel = "HOURS",
                description = "The devices that have not synced for so long.")
        private @Nullable Integer overdueHours;
    }

    @Override
    void perform() {
        try (Administrator administrator = relay.open(false)) {
            Report wanted = report;
            if (wanted != null && wanted.overdueHours != null) {
                printOverdue(administrator.listDevices(), wanted.overdueHours);
                return;
            }
            TrackingReport tracks = new TrackingReport(tracks(administrator));
            if (wanted == null) {
                printTracks(tracks.latest());
            } else if (wanted.by != null) {
                printSums(wanted.by == By.user ? tracks.byUser() : tracks.byDay(ZoneId.systemDefault()), wanted.by);
            } else if (wanted.slowest != null) {
                printTracks(tracks.slowest(wanted.slowest));
            } else {
                printTracks(wanted.failing ? tracks.failing() : tracks.latest());
            }
        }
    }

    private List<SyncTrack> tracks(Administrator administrator) {
        List<SyncTrack> tracks = new ArrayList<>();
        String after = "";
        boolean more = true;
        while (more) {
            ListTracksReply reply = administrator.listTracks(after);
            for (Track track : reply.getTrackList()) {
                after = track.getId();
                Record record =
                        Record.decode(SyncTrack.keyOf(after), track.getState().toByteArray());
                SyncTrack known = SyncTrack.of(record);
                if (record.alive()
                        && (user == null || user.equals(known.device().user()))) {
                    tracks.add(known);
                }
            }
            more = reply.getMore();
        }
        return tracks;
    }

    private void printTracks(List<SyncTrack> tracks) {
        if (json) {
            tracks.forEach(track -> print(json(track).encode()));
        } else {
            new TextTable("STARTED", "USER", "DEVICE", "WAY", "RESULT", "MS", "UP", "DOWN", "PENDING", "MESSAGE")
                    .rows(tracks, TrackingCommand::cells)
                    .lines()
                    .forEach(this::print);
        }
    }

    private void printSums(List<TrackingReport.Sum> sums, By by) {
        if (json) {
            sums.forEach(sum -> print(new JsonObject()
                    .put(by.name(), sum.name())
                    .put("runs", sum.runs())
                    .put("failed", sum.failed())
                    .put("cancelled", sum.cancelled())
                    .put("commitsUp", sum.commitsUp())
                    .put("recordsDown", sum.recordsDown())
                    .put("bytes", sum.bytes())
                    .put("averageMillis", sum.durationMillis() / sum.runs())
                    .put("slowestMillis", sum.slowestMillis())
                    .put("lastMillis", sum.lastMillis())
                    .encode()));
        } else {
            String[] titles = {
                by.name().toUpperCase(Locale.ROOT),
                "RUNS",
                "FAILED",
                "CANCELLED",
                "COMMITS UP",
                "RECORDS DOWN",
                "BYTES",
                "AVERAGE MS",
                "SLOWEST MS"
            };
            new TextTable(titles).rows(sums, TrackingCommand::cells).lines().forEach(this::print);
        }
    }

    private void printOverdue(List<Device> devices, int hours) {
        long before = System.currentTimeMillis() - Duration.ofHours(hours).toMillis();
        List<Device> overdue = devices.stream()
                .filter(device -> user == null || user.equals(device.getUser()))
                .filter(device -> Math.max(device.getLastSyncMillis(), device.getEnrolledMillis()) <= before)
                .toList();
        if (json) {
            overdue.forEach(device -> print(new JsonObject()
                    .put("replica", HexFormat.of().toHexDigits(device.getReplica()))
                    .put("user", device.getUser())
                    .put("name", device.getName())
                    .put("lastSyncMillis", device.getLastSyncMillis())
                    .put("pending", device.getPending())
                    .put("errors", device.getErrors())
                    .encode()));
        } else {
            new TextTable("REPLICA", "USER", "DEVICE", "LAST SYNC", "PENDING", "ERRORS")
                    .rows(
                            overdue,
                            device -> List.of(
                                    HexFormat.of().toHexDigits(device.getReplica()),
                                    device.getUser(),
                                    device.getName(),
                                    device.getLastSyncMillis() == 0 ? "never" : time(device.getLastSyncMillis()),
                                    Long.toString(device.getPending()),
                                    Long.toString(device.getErrors())))
                    .lines()
                    .forEach(this::print);
        }
    }

    private static JsonObject json(SyncTrack track) {
        JsonObject json = new JsonObject();
        track.fields().forEach((name, value) -> {
            if (value instanceof Value.Whole whole) {
                json.put(name, whole.number());
            } else if (value instanceof Value.Text text) {
                json.put(name, text.text());
            }
        });
        return json;
    }

    private static List<String> cells(SyncTrack track) {
        return List.of(
                time(track.times().startedMillis()),
                track.device().user(),
                track.device().name(),
                track.occasion().way(),
                track.outcome().result(),
                Long.toString(track.durationMillis()),
                Long.toString(track.traffic().commitsUp()),
                Long.toString(TrackingReport.received(track)),
                Long.toString(track.outcome().pendingAfter()),
                track.outcome().message());
    }

    private static List<String> cells(TrackingReport.Sum sum) {
        return List.of(
                sum.name(),
                Long.toString(sum.runs()),
                Long.toString(sum.failed()),
                Long.toString(sum.cancelled()),
                Long.toString(sum.commitsUp()),
                Long.toString(sum.recordsDown()),
                Long.toString(sum.bytes()),
                Long.toString(sum.durationMillis() / sum.runs()),
                Long.toString(sum.slowestMillis()));
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
