package io.anabranch.relay.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.DownloadHello;
import io.anabranch.proto.DownloadReply;
import io.anabranch.proto.DownloadRequest;
import io.anabranch.proto.Page;
import io.anabranch.proto.Patch;
import io.anabranch.proto.Patches;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.testkit.CommitMaker;
import io.anabranch.replica.wire.Packed;
import io.anabranch.replica.wire.Positions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The base of a device, as simple as it can be: applies the patches of pages, one after the other. */
final class ModelDevice {

    static final String USER = "ann";
    static final long REPLICA = 1;

    private final Downloads downloads;
    private final Map<RecordKey, Record> base = new TreeMap<>();
    private ByteString cursor = ByteString.EMPTY;
    private Position position = Position.START;
    private RelayDownload download;
    private boolean isLive;
    private boolean isConsistent;

    ModelDevice(RelayStore store) {
        this(store, Scopes.EVERYTHING);
    }

    ModelDevice(RelayStore store, Scopes scopes) {
        this.downloads = new Downloads(store, scopes, (replica, report) -> {}, () -> CommitMaker.NOW);
        this.download = connect(false, PageLimits.DEFAULT);
    }

    Map<RecordKey, Record> base() {
        return base;
    }

    Position position() {
        return position;
    }

    /** Begins a download at the cursor that the last page gave. */
    RelayDownload connect(boolean live, PageLimits limits) {
        return connect(downloads.begin(new Scopes.Reader(REPLICA, USER), limits), live);
    }

    /** Begins a download of another making. */
    RelayDownload connect(RelayDownload begun, boolean live) {
        download = begun;
        isLive = live;
        DownloadHello hello = DownloadHello.newBuilder()
                .setProtocol(1)
                .setCursor(cursor)
                .setLive(live)
                .build();
        download.receive(DownloadRequest.newBuilder().setHello(hello).build());
        DownloadReply welcome = download.next();
        assertThat(welcome != null && welcome.hasWelcome()).isTrue();
        return download;
    }

    /** Takes one page and applies it, null if there is none. */
    @Nullable
    Page next() {
        DownloadReply reply = download.next();
        if (reply == null) {
            return null;
        }
        Page page = reply.getPage();
        assertThat(Positions.of(page.getFrom())).isEqualTo(position);
        patches(page).getPatchList().forEach(this::apply);
        cursor = page.getCursor();
        position = Positions.of(page.getPosition());
        isConsistent = page.getConsistent();
        return page;
    }

    /** Takes one page that gets lost on the way, null if there is none. */
    @Nullable
    Page lose() {
        DownloadReply reply = download.next();
        return reply == null ? null : reply.getPage();
    }

    /** Whether its download goes on. */
    boolean isLive() {
        return isLive;
    }

    /** Whether the last page was consistent. */
    boolean isConsistent() {
        return isConsistent;
    }

    /** Takes pages to a consistent one. */
    void catchUp() {
        Page page = next();
        while (page != null && !page.getConsistent()) {
            page = next();
        }
    }

    static Patches patches(Page page) {
        try {
            return Patches.parseFrom(new Packed(page.getPatches(), page.getPatchesSize()).unpack());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private void apply(Patch patch) {
        RecordKey key = new RecordKey(patch.getType(), patch.getId());
        Set<FieldName> gone = patch.getGoneList().stream()
                .map(name -> new FieldName(name.getName(), new Kind(name.getKind())))
                .collect(Collectors.toSet());
        if (patch.getLeave()) {
            base.remove(key);
            return;
        }
        Record newer = Record.decode(key, patch.getState().toByteArray());
        if (patch.getWhole()) {
            base.put(key, newer);
        } else {
            base.merge(key, newer, (held, same) -> held.patched(newer, gone));
        }
    }
}
