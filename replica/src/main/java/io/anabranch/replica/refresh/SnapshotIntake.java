package io.anabranch.replica.refresh;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.Page;
import io.anabranch.proto.SnapshotManifest;
import io.anabranch.proto.SnapshotOffer;
import io.anabranch.proto.SnapshotSegment;
import io.anabranch.replica.state.NextGeneration;
import io.anabranch.replica.storage.PartWriter;
import io.anabranch.replica.storage.Storage;
import io.anabranch.replica.wire.MalformedMessageException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes a snapshot into the next generation of a store: first an offer, then the segments that are missing, in any order, then {@link #ingest} and {@link #loaded}.
 *
 * <p>What was taken is found again after a crash. Segments that another snapshot has too need not come again. Owned by the thread that
 * owns the state, but for {@link #take}, which any thread may call, several at a time for different segments.
 */
public final class SnapshotIntake {

    private static final HexFormat HEX = HexFormat.of();
    /** Files of the store take less than this of what they hold. */
    private static final double DISK_PER_PLAIN_BYTE = 0.75;

    private static final long DISK_SPARE = 64 << 20;

    private final Storage storage;
    private final NextGeneration next;
    private final SnapshotManifests.Trust trust;
    private @Nullable SnapshotOffer offer;
    private SnapshotManifest manifest = SnapshotManifest.getDefaultInstance();

    /** Goes on with what an earlier run has begun. */
    public SnapshotIntake(Storage storage, NextGeneration next, SnapshotManifests.Trust trust) {
        this.storage = storage;
        this.next = next;
        this.trust = trust;
        byte[] plan = next.plan();
        if (plan != null) {
            reopen(plan);
        }
    }

    private void reopen(byte[] plan) {
        try {
            SnapshotOffer begun = SnapshotOffer.parseFrom(plan);
            manifest = SnapshotManifests.of(begun, trust);
            offer = begun;
        } catch (InvalidProtocolBufferException | MalformedMessageException e) {
            // Nothing that is of any use: the next offer takes its place.
            offer = null;
        }
    }

    /** The id of the snapshot that was begun, empty if none was. */
    public ByteString begun() {
        return offer == null ? ByteString.EMPTY : manifest.getId();
    }

    /**
     * Takes an offer: of the snapshot that was begun, or of another one.
     *
     * @throws MalformedMessageException if it is malformed or not signed; nothing was changed
     * @throws DiskSpaceException if there is not enough room for it; nothing was changed
     */
    public void begin(SnapshotOffer offered) {
        SnapshotManifest read = SnapshotManifests.of(offered, trust);
        boolean same = offer != null && read.getId().equals(manifest.getId());
        if (same && next.isLoaded()) {
            return;
        }
        requireRoom(read);
        if (!same) {
            next.begin(offered.toByteArray());
            Set<String> obsolete = new HashSet<>(storage.parts());
            read.getSegmentsList().forEach(segment -> obsolete.remove(name(segment)));
            storage.deleteParts(obsolete);
        }
        offer = offered;
        manifest = read;
    }

    /** Takes it that there is no snapshot: all comes by pages. */
    public void beginEmpty() {
        if (offer != null || !next.isLoaded()) {
            storage.deleteParts(storage.parts());
            next.begin(new byte[0]);
            next.load(List.of(), Page.getDefaultInstance());
            offer = null;
            manifest = SnapshotManifest.getDefaultInstance();
        }
    }

    private void requireRoom(SnapshotManifest wanted) {
        Set<String> had = storage.parts();
        long bytes = wanted.getSegmentsList().stream()
                .filter(segment -> !had.contains(name(segment)))
                .mapToLong(SnapshotSegment::getPlainSize)
                .sum();
        long needed = (long) (bytes * DISK_PER_PLAIN_BYTE) + DISK_SPARE;
        long free = storage.freeBytes();
        if (free < needed) {
            throw new DiskSpaceException(needed, free);
        }
    }

    /** What is to be taken. */
    public SnapshotManifest manifest() {
        return manifest;
    }

    /** The numbers of the segments that are missing, ascending. */
    public List<Integer> missing() {
        if (next.isLoaded()) {
            return List.of();
        }
        Set<String> had = storage.parts();
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < manifest.getSegmentsCount(); i++) {
            if (!had.contains(name(manifest.getSegments(i)))) {
                missing.add(i);
            }
        }
        return missing;
    }

    /**
     * Takes a segment: it is checked, and kept as a part of the store. Durable on return. Any thread.
     *
     * @throws MalformedMessageException if it is not what was signed, or malformed; nothing of it is kept
     */
    public void take(int number, byte[] segment) {
        SnapshotSegment said = manifest.getSegments(number);
        try (PartWriter part = storage.writePart(name(said))) {
            SegmentReader.read(said, segment, part::put);
            part.finish();
        }
    }

    /** Whether the snapshot is in the next generation. */
    public boolean isLoaded() {
        return next.isLoaded();
    }

    /**
     * Puts the segments into the next generation; none is missing. Takes some tenths of a second. Any thread, while nothing else is asked of
     * this.
     */
    public void ingest() {
        if (next.isLoaded()) {
            return;
        } else if (offer == null || !missing().isEmpty()) {
            throw new IllegalStateException("a snapshot is not complete");
        }
        next.ingest(
                manifest.getSegmentsList().stream().map(SnapshotIntake::name).toList());
    }

    /** The segments are in the next generation: it is loaded. Durable on return. */
    public void loaded() {
        SnapshotOffer taken = offer;
        if (taken != null && !next.isLoaded()) {
            next.loaded(Page.newBuilder()
                    .setCursor(taken.getCursor())
                    .setPosition(manifest.getPosition())
                    .build());
        }
    }

    /** Forgets everything, its files too. */
    public void discard() {
        next.discard();
        storage.deleteParts(storage.parts());
        offer = null;
        manifest = SnapshotManifest.getDefaultInstance();
    }

    private static String name(SnapshotSegment segment) {
        return HEX.formatHex(segment.getHash().toByteArray());
    }

    /** There is not enough room on the disk. */
    public static final class DiskSpaceException extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final long neededBytes;
        private final long freeBytes;

        DiskSpaceException(long neededBytes, long freeBytes) {
            super("there is not enough room on the disk for a refresh; free some space, then try again: "
                    + Map.of("neededBytes", neededBytes, "freeBytes", freeBytes));
            this.neededBytes = neededBytes;
            this.freeBytes = freeBytes;
        }

        /** How many bytes are needed. */
        public long neededBytes() {
            return neededBytes;
        }

        /** How many there are. */
        public long freeBytes() {
            return freeBytes;
        }
    }
}
