package io.anabranch.replica.session;

import com.google.protobuf.ByteString;
import io.anabranch.proto.DeviceReport;
import io.anabranch.proto.DownloadHello;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.DownloadRequest;
import io.anabranch.proto.DownloadWelcome;
import io.anabranch.proto.Notice;
import io.anabranch.replica.state.ReplicaState;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Positions;
import io.anabranch.replica.wire.WireLimits;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes what is new from the relay, from the state's cursor on, and keeps taking changes as they are admitted. Tells the relay
 * about itself whenever it has caught up and something of that has changed.
 */
public final class Downloader implements SyncSession<DownloadRequest, DownloadReply> {

    private final ReplicaState state;
    private final boolean staging;
    private final boolean reporting;
    private Phase phase = Phase.GREET;
    /** That of this connection. */
    private ByteString epoch = ByteString.EMPTY;

    private boolean caughtUp;
    private boolean taking;
    private long recordsWaiting;
    private long refreshOrdered;
    private @Nullable Notice notice;
    private DeviceReport reported = DeviceReport.getDefaultInstance();

    private enum Phase {
        GREET,
        AWAIT_WELCOME,
        OPEN,
        /** The relay is in another epoch than the device. */
        APART
    }

    /** Works on a state, applying what arrives. */
    public Downloader(ReplicaState state) {
        this(state, false);
    }

    /**
     * Works on a state.
     *
     * @param staging whether what arrives is staged, not applied
     */
    public Downloader(ReplicaState state, boolean staging) {
        this(state, staging, true);
    }

    private Downloader(ReplicaState state, boolean staging, boolean reporting) {
        this.state = state;
        this.reporting = reporting;
        this.staging = staging;
    }

    /** Works on a state beside the device's own, which it tells the relay nothing of. */
    public static Downloader beside(ReplicaState state) {
        return new Downloader(state, false, false);
    }

    @Override
    public void open() {
        phase = Phase.GREET;
        caughtUp = false;
        reported = DeviceReport.getDefaultInstance();
    }

    @Override
    public @Nullable DownloadRequest next() {
        return switch (phase) {
            case GREET -> hello();
            case AWAIT_WELCOME, APART -> null;
            case OPEN -> caughtUp && reporting ? report() : null;
        };
    }

    @Override
    public void receive(DownloadReply message) {
        switch (message.getMessageCase()) {
            case WELCOME -> welcome(message.getWelcome());
            case PAGE -> page(message);
            case NOTICE -> notice = message.getNotice();
            case MESSAGE_NOT_SET -> throw new MalformedMessageException("a reply to a download is empty");
        }
    }

    /** Whether the device has to reconcile before it goes on; nothing more is taken on this connection. */
    public boolean isApart() {
        return phase == Phase.APART;
    }

    /** Whether the relay has answered on this connection. */
    public boolean isWelcome() {
        return phase == Phase.OPEN;
    }

    /** The relay's epoch, as this connection was told. */
    public ByteString epoch() {
        return epoch;
    }

    /** Whether this connection has brought everything there was when it was opened. */
    public boolean isCaughtUp() {
        return caughtUp;
    }

    /** Whether the state is taking what has come just now, so that what changes comes from the relay. */
    public boolean isTaking() {
        return taking;
    }

    /** About how many records were waiting when this connection was opened. */
    public long recordsWaiting() {
        return recordsWaiting;
    }

    /** The number of the relay's latest order to refresh, as this connection was told; 0 if there was none. */
    public long refreshOrdered() {
        return refreshOrdered;
    }

    /** What the relay has said last of other things than records; empty before it has answered. */
    public Optional<Notice> notice() {
        return Optional.ofNullable(notice);
    }

    private DownloadRequest hello() {
        phase = Phase.AWAIT_WELCOME;
        return DownloadRequest.newBuilder()
                .setHello(DownloadHello.newBuilder()
                        .setProtocol(WireLimits.PROTOCOL)
                        .setCursor(ByteString.copyFrom(state.cursor()))
                        .setLive(true))
                .build();
    }

    private void welcome(DownloadWelcome welcome) {
        if (phase != Phase.AWAIT_WELCOME) {
            throw new MalformedMessageException("a welcome is out of turn");
        }
        state.observeRelayClock(welcome.getRelayMillis());
        epoch = welcome.getEpoch();
        notice = welcome.getNotice();
        if (!state.agreesOnEpoch(epoch)) {
            phase = Phase.APART;
            return;
        }
        recordsWaiting = welcome.getRecordsWaiting();
        refreshOrdered = welcome.getRefreshOrdered();
        phase = Phase.OPEN;
    }

    private void page(DownloadReply message) {
        if (phase == Phase.OPEN && !state.agreesOnEpoch(epoch)) {
            phase = Phase.APART;
        }
        if (phase == Phase.APART) {
            return;
        } else if (phase != Phase.OPEN) {
            throw new MalformedMessageException("a page is out of turn");
        }
        taking = true;
        try {
            if (staging) {
                state.stage(message.getPage());
            } else {
                state.receive(message.getPage());
            }
        } finally {
            taking = false;
        }
        caughtUp = message.getPage().getConsistent();
    }

    private @Nullable DownloadRequest report() {
        DeviceReport report = DeviceReport.newBuilder()
                .setPending(state.pendingCount())
                .setErrors(state.errorCount())
                .setApplied(Positions.toMessage(state.appliedPosition()))
                .setRefreshFollowed(state.refreshFollowed())
                .build();
        if (report.equals(reported)) {
            return null;
        }
        reported = report;
        return DownloadRequest.newBuilder().setReport(report).build();
    }
}
