package io.anabranch.bench.scope;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.DownloadHello;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.DownloadRequest;
import io.anabranch.proto.Page;
import io.anabranch.proto.Patches;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.session.Downloads;
import io.anabranch.relay.session.LiveFeeds;
import io.anabranch.relay.session.RelayDownload;
import io.anabranch.replica.wire.Packed;
import io.anabranch.replica.wire.WireLimits;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Downloads of live devices: what one holds in memory, and what a user costs who changes territory. */
final class Devices {

    /** As many as there is patience for: each brings a user's whole scope first. */
    private static final int CONNECTED = 40;

    private final Office office;
    private final ObjectNode report;
    private final Consumer<String> progress;
    private final Downloads downloads;
    private final LiveFeeds feeds;

    Devices(Office office, ObjectNode report, Consumer<String> progress) {
        this.office = office;
        this.report = report;
        this.progress = progress;
        this.downloads = new Downloads(
                office.store(), office.admission().scopes(), (replica, device) -> {}, System::currentTimeMillis);
        this.feeds = new LiveFeeds(office.store());
    }

    void run() {
        List<RelayDownload> connected = new ArrayList<>();
        long before = usedBytes();
        long records = 0;
        for (int user = 0; user < CONNECTED; user++) {
            progress.accept("connecting devices: " + (user + 1) + " of " + CONNECTED);
            RelayDownload download = open(user);
            records += drain(download);
            connected.add(download);
        }
        report.put("records_per_user", records / CONNECTED);
        report.put("memory_bytes_per_connected_user", (usedBytes() - before) / CONNECTED);
        moveUser(connected.get(0));
    }

    /** The first user goes to the next territory and back. */
    private void moveUser(RelayDownload download) {
        progress.accept("moving a user");
        long moved = 0;
        long started = System.nanoTime();
        for (String territory : List.of(SalesOrganisation.territory(1), SalesOrganisation.territory(0))) {
            office.configure(List.of(SalesOrganisation.user(0, territory)));
            office.settle();
            moved += drain(download);
        }
        double millis = (System.nanoTime() - started) / 1e6;
        report.put("user_move_records", moved / 2);
        report.put("user_move_millis", Math.round(millis / 2));
        report.put("user_move_micros_per_record", Math.round(1e4 * millis / Math.max(1, moved)) / 10.0);
    }

    private RelayDownload open(int user) {
        Scopes.Reader reader = new Scopes.Reader(1_000 + user, SalesOrganisation.user(user));
        RelayDownload download = downloads.begin(reader, feeds.follow(reader, () -> {}));
        download.receive(DownloadRequest.newBuilder()
                .setHello(DownloadHello.newBuilder()
                        .setProtocol(WireLimits.PROTOCOL)
                        .setLive(true))
                .build());
        return download;
    }

    /** Takes all there is; how many records. */
    private static long drain(RelayDownload download) {
        long records = 0;
        for (DownloadReply reply = download.next(); reply != null; reply = download.next()) {
            if (reply.hasPage()) {
                records += patches(reply.getPage());
            }
        }
        return records;
    }

    private static long patches(Page page) {
        try {
            return Patches.parseFrom(new Packed(page.getPatches(), page.getPatchesSize()).unpack())
                    .getPatchCount();
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
