package io.anabranch.relay.snapshot;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Position;
import io.anabranch.proto.SegmentRequest;
import io.anabranch.proto.SignedStatement;
import io.anabranch.proto.SnapshotManifest;
import io.anabranch.proto.SnapshotOffer;
import io.anabranch.proto.SnapshotProgress;
import io.anabranch.proto.SnapshotReply;
import io.anabranch.proto.SnapshotRequest;
import io.anabranch.proto.SnapshotSegment;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.session.Downloads;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Positions;
import io.anabranch.replica.wire.WireLimits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of a relay: those that are offered, and those that are asked for and wait to be made, one after the other in the order in
 * which they were first asked for. Who asks for one that is being made waits for the same. Thread-safe; {@link #work} is for one thread at
 * a time.
 */
public final class Snapshots {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    private static final int COUNTED_MAX = 20_000;
    /** One that was asked for lately is not deleted to make room. */
    private static final long USED_MILLIS = 10 * 60 * 1_000;

    private static final long FAILED_MILLIS = 5 * 60 * 1_000;

    private final RelayStore store;
    private final Scopes scopes;
    private final Downloads downloads;
    private final SegmentFiles files;
    private final ManifestSigner signer;
    private final LongSupplier relayMillis;
    private final SnapshotLimits limits;
    private final Map<ByteString, Made> made = new LinkedHashMap<>();
    /** By the hash of the set, in the order in which they are made. */
    private final Map<ByteString, Wanted> wanted = new LinkedHashMap<>();

    /** When one of a set could not be made. */
    private final Map<ByteString, Long> failedMillis = new HashMap<>();

    private @Nullable Wanted current;

    /** A snapshot that is offered. */
    private static final class Made {
        final ScopeSet set;
        final SnapshotManifest manifest;
        final ByteString bytes;
        final SignedStatement signature;
        long usedMillis;

        Made(ScopeSet set, SnapshotManifest manifest, ByteString bytes, SignedStatement signature) {
            this.set = set;
            this.manifest = manifest;
            this.bytes = bytes;
            this.signature = signature;
            this.usedMillis = manifest.getMadeMillis();
        }

        long records() {
            return manifest.getSegmentsList().stream()
                    .mapToLong(SnapshotSegment::getRecords)
                    .sum();
        }
    }

    /** A snapshot that is to be made. */
    private static final class Wanted {
        final ScopeSet set;
        volatile @Nullable SnapshotBuild build;

        Wanted(ScopeSet set) {
            this.set = set;
        }
    }

    /**
     * What snapshots need of a relay.
     *
     * @param store is read
     * @param scopes says what each device is to have
     * @param downloads gives cursors
     * @param relayMillis the relay's clock, ms since 1970
     */
    public record Sources(RelayStore store, Scopes scopes, Downloads downloads, LongSupplier relayMillis) {}

    /** The snapshots of a relay. Files of earlier runs are deleted as the room is needed, or taken if a new one has the same. */
    public Snapshots(Sources sources, SegmentFiles files, ManifestSigner signer, SnapshotLimits limits) {
        this.store = sources.store;
        this.scopes = sources.scopes;
        this.downloads = sources.downloads;
        this.relayMillis = sources.relayMillis;
        this.files = files;
        this.signer = signer;
        this.limits = limits;
    }

    /**
     * What a device is told now: an offer, that there is none, or how far the one is that it waits for; then it asks again.
     *
     * @throws MalformedMessageException if the request is of another protocol
     */
    public SnapshotReply ask(Scopes.Reader reader, SnapshotRequest request) {
        if (request.getProtocol() != WireLimits.PROTOCOL) {
            throw new MalformedMessageException("the protocol's version is not known; update the application");
        }
        ScopeSet whole = scopes.current(reader);
        try (RelayView view = store.view()) {
            scopes.requireWithinLimits(reader, view);
            ScopeSet shared = SharedSets.of(whole, view, limits.bucketRecordsMin());
            if (shared.isEmpty() || SharedSets.records(view, shared) < request.getRecordsMin()) {
                return SnapshotReply.newBuilder().setNone(true).build();
            }
            synchronized (this) {
                Made found = found(shared, whole, request.getBegun(), view);
                if (found == null && hasFailed(shared)) {
                    return SnapshotReply.newBuilder().setNone(true).build();
                }
                return found != null ? offer(reader, found) : progress(want(shared));
            }
        }
    }

    private @Nullable Made found(ScopeSet shared, ScopeSet whole, ByteString begun, RelayView view) {
        Made before = made.get(begun);
        if (before != null && SharedSets.covers(whole, before.set) && isFresh(before, view, 1)) {
            return before;
        }
        for (Made one : made.values()) {
            if (one.set.equals(shared) && isFresh(one, view, limits.feedShareMax())) {
                return one;
            }
        }
        return null;
    }

    private boolean isFresh(Made one, RelayView view, double share) {
        Position at = Positions.of(one.manifest.getPosition());
        if (at.epoch() != view.head().epoch() || one.manifest.getExpiresMillis() <= relayMillis.getAsLong()) {
            return false;
        }
        long since = 0;
        for (long bucket : one.set.buckets()) {
            since += view.feedCountEstimate(bucket, at.sequence(), COUNTED_MAX);
        }
        return since <= share * one.records();
    }

    private SnapshotReply offer(Scopes.Reader reader, Made found) {
        found.usedMillis = relayMillis.getAsLong();
        Position at = Positions.of(found.manifest.getPosition());
        return SnapshotReply.newBuilder()
                .setOffer(SnapshotOffer.newBuilder()
                        .setManifest(found.bytes)
                        .setSignature(found.signature.getSignature())
                        .addAllCertificates(found.signature.getCertificatesList())
                        .setCursor(downloads.cursor(reader.user(), at, found.set)))
                .build();
    }

    private Wanted want(ScopeSet shared) {
        return wanted.computeIfAbsent(shared.hash(), absent -> new Wanted(shared));
    }

    private SnapshotReply progress(Wanted one) {
        int ahead = 0;
        for (Wanted other : wanted.values()) {
            if (other == one) {
                break;
            }
            ahead++;
        }
        SnapshotBuild build = one.build;
        return SnapshotReply.newBuilder()
                .setProgress(SnapshotProgress.newBuilder()
                        .setAhead(ahead)
                        .setRecords(build == null ? 0 : build.records())
                        .setRecordsExpected(build == null ? 0 : build.expected()))
                .build();
    }

    /**
     * Does a portion of what is to be done: some milliseconds.
     *
     * @return whether there is more
     */
    public boolean work() {
        Wanted one = current;
        if (one == null) {
            one = next();
            if (one == null) {
                return false;
            }
            current = one;
        }
        try {
            SnapshotBuild build = one.build;
            if (build == null) {
                build = new SnapshotBuild(store, one.set, files, limits);
                one.build = build;
            }
            SnapshotManifest.Builder done = build.step();
            if (done != null) {
                finished(one, done);
            }
        } catch (RuntimeException e) {
            LOG.error("A snapshot could not be made; for a while its devices are given pages.", e);
            failed(one);
        }
        return true;
    }

    private synchronized @Nullable Wanted next() {
        Iterator<Wanted> first = wanted.values().iterator();
        return first.hasNext() ? first.next() : null;
    }

    private synchronized void failed(Wanted one) {
        failedMillis.put(one.set.hash(), relayMillis.getAsLong());
        drop(one);
    }

    private boolean hasFailed(ScopeSet shared) {
        failedMillis.values().removeIf(millis -> millis + FAILED_MILLIS < relayMillis.getAsLong());
        return failedMillis.containsKey(shared.hash());
    }

    private synchronized void drop(Wanted one) {
        current = null;
        wanted.remove(one.set.hash());
    }

    private void finished(Wanted one, SnapshotManifest.Builder done) {
        long now = relayMillis.getAsLong();
        SnapshotManifest manifest = done.setMadeMillis(now)
                .setExpiresMillis(now + limits.lifetimeMillis())
                .build();
        ByteString bytes = manifest.toByteString();
        Made snapshot = new Made(one.set, manifest, bytes, signer.sign(bytes));
        synchronized (this) {
            made.put(manifest.getId(), snapshot);
            drop(one);
        }
        sweep();
    }

    /** Deletes what has expired, and what there is no room for, the one that was asked for the longest ago first. */
    public void sweep() {
        synchronized (this) {
            long now = relayMillis.getAsLong();
            made.values().removeIf(one -> one.manifest.getExpiresMillis() <= now);
            List<Made> oldestFirst = new ArrayList<>(made.values());
            oldestFirst.sort(Comparator.comparingLong(one -> one.usedMillis));
            for (Made one : oldestFirst) {
                if (size() > limits.sizeMax() && one.usedMillis + USED_MILLIS < now) {
                    made.remove(one.manifest.getId());
                }
            }
            if (current == null) {
                Set<String> kept = names();
                files.sizes().keySet().stream()
                        .filter(name -> !kept.contains(name))
                        .forEach(files::delete);
            }
        }
    }

    private long size() {
        return made.values().stream()
                .flatMap(one -> one.manifest.getSegmentsList().stream())
                .distinct()
                .mapToLong(SnapshotSegment::getSize)
                .sum();
    }

    private Set<String> names() {
        Set<String> names = new HashSet<>();
        made.values()
                .forEach(one -> one.manifest.getSegmentsList().forEach(each -> names.add(SnapshotBuild.name(each))));
        return names;
    }

    /**
     * The next bytes of a segment.
     *
     * @param offset from where
     * @return the bytes, none at the end; null if the snapshot is not there any more or not for this reader, who is to ask anew
     * @throws MalformedMessageException if there is no such segment or offset
     */
    public byte @Nullable [] read(Scopes.Reader reader, SegmentRequest request, long offset, int lengthMax) {
        ScopeSet whole = scopes.current(reader);
        SnapshotSegment segment;
        synchronized (this) {
            Made one = made.get(request.getSnapshot());
            if (one == null || !SharedSets.covers(whole, one.set)) {
                return null;
            }
            if (request.getSegment() >= one.manifest.getSegmentsCount() || request.getSegment() < 0) {
                throw new MalformedMessageException("there is no such segment");
            }
            one.usedMillis = relayMillis.getAsLong();
            segment = one.manifest.getSegments(request.getSegment());
        }
        if (offset < 0 || offset > segment.getSize()) {
            throw new MalformedMessageException("a segment has no such offset");
        }
        return files.read(SnapshotBuild.name(segment), offset, lengthMax);
    }
}
