package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Position;
import io.anabranch.proto.Notice;
import io.anabranch.proto.SignedStatement;
import io.anabranch.relay.admission.Recovery;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.RelayStore;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Begins downloads and reconciliations. Thread-safe. What it keeps in memory is the scope sets lately used. */
public final class Downloads {

    private final RelayStore store;
    private final Scopes scopes;
    private final DeviceReports reports;
    private final LongSupplier relayMillis;
    private final ScopeSets sets;
    private volatile GrantSource grants = (reader, revision, expiresMillis) -> Optional.empty();

    /** Where devices' grants come from. */
    @FunctionalInterface
    public interface GrantSource {

        /** The grant of a device; empty if the one that it has, with this revision and end, is good. */
        Optional<SignedStatement> renewed(Scopes.Reader reader, ByteString revision, long expiresMillis);
    }

    private volatile Supplier<Notice> notices = Notice::getDefaultInstance;

    /**
     * Downloads from a store.
     *
     * @param scopes says what each device is to have
     * @param relayMillis the relay's clock, ms since 1970
     */
    public Downloads(RelayStore store, Scopes scopes, DeviceReports reports, LongSupplier relayMillis) {
        this.store = store;
        this.scopes = scopes;
        this.reports = reports;
        this.relayMillis = relayMillis;
        this.sets = new ScopeSets(store);
    }

    /** Has devices told of other things than records, when they come and whenever it is something else; asked often, it does not wait. */
    public void tell(Supplier<Notice> notice) {
        notices = notice;
    }

    /**
     * A download that waits for its hello.
     *
     * @param follower tells where there is something new; the caller closes it, when the download is over
     */
    public RelayDownload begin(Scopes.Reader reader, Follower follower) {
        return new RelayDownload(this, reader, follower, PageLimits.DEFAULT);
    }

    /** A download that looks everywhere by itself, with pages of any size, for simulations: with small pages a small store has many. */
    public RelayDownload begin(Scopes.Reader reader, PageLimits limits) {
        return new RelayDownload(this, reader, null, limits);
    }

    /** Gives devices grants from now on. */
    public void grants(GrantSource source) {
        grants = source;
    }

    GrantSource grants() {
        return grants;
    }

    /** The cursor of a user's device that has a set as of a position and nothing else. */
    public ByteString cursor(String user, Position at, ScopeSet has) {
        sets.keep(has);
        return DownloadCursor.consistent(at, Holdings.settled(has)).toBytes(store, new CursorSeal(store, user));
    }

    /**
     * A reconciliation that waits for its hello.
     *
     * @param recovery of the same store
     */
    public RelayReconcile reconcile(Scopes.Reader reader, Recovery recovery) {
        return new RelayReconcile(this, reader, recovery);
    }

    RelayStore store() {
        return store;
    }

    Scopes scopes() {
        return scopes;
    }

    DeviceReports reports() {
        return reports;
    }

    long relayMillis() {
        return relayMillis.getAsLong();
    }

    Notice notice() {
        return notices.get();
    }

    ScopeSets sets() {
        return sets;
    }
}
