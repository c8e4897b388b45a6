package io.anabranch.replica.refresh;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.SnapshotManifest;
import io.anabranch.proto.SnapshotOffer;
import io.anabranch.proto.SnapshotSegment;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.Positions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Manifests as they travel: what is signed of them, and what is to be found of those from outside. */
public final class SnapshotManifests {

    /** The layout of segments that this code reads and writes. */
    public static final int LAYOUT = 1;
    /** Size of a snapshot's id. */
    public static final int ID_SIZE = 16;
    /** Most segments of one snapshot. */
    public static final int SEGMENTS_MAX = 20_000;
    /** Largest segment, in bytes as it travels. */
    public static final int SEGMENT_SIZE_MAX = 64 << 20;

    private static final int HASH_SIZE = 32;
    /** What the signature of a manifest is for. */
    public static final String PURPOSE = "anabranch snapshot";

    private static final byte[] SIGNED_FOR = (PURPOSE + '\0').getBytes(StandardCharsets.US_ASCII);

    private SnapshotManifests() {}

    /** Says who signed. */
    @FunctionalInterface
    public interface Trust {
        /** Whether the signature of these bytes is one of the device's relay. */
        boolean isSigned(byte[] signed, SnapshotOffer offer);
    }

    /** What a relay signs of a manifest. */
    public static byte[] signed(ByteString manifest) {
        byte[] bytes = Arrays.copyOf(SIGNED_FOR, SIGNED_FOR.length + manifest.size());
        manifest.copyTo(bytes, SIGNED_FOR.length);
        return bytes;
    }

    /**
     * The manifest of an offer.
     *
     * @throws MalformedMessageException if it is malformed, or not signed by the relay
     */
    public static SnapshotManifest of(SnapshotOffer offer, Trust trust) {
        require(trust.isSigned(signed(offer.getManifest()), offer), "a snapshot is not signed by the relay");
        try {
            SnapshotManifest manifest = SnapshotManifest.parseFrom(offer.getManifest());
            check(manifest);
            require(!offer.getCursor().isEmpty(), "a snapshot has no cursor");
            return manifest;
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedMessageException("a snapshot's manifest is malformed", e);
        }
    }

    private static void check(SnapshotManifest manifest) {
        require(manifest.getLayout() == LAYOUT, "a snapshot is of a layout that is not known; update the application");
        require(manifest.getId().size() == ID_SIZE, "a snapshot's id is malformed");
        require(Positions.of(manifest.getPosition()).sequence() > 0, "a snapshot is of no position");
        require(manifest.getSegmentsCount() <= SEGMENTS_MAX, "a snapshot has too many segments");
        byte[] last = new byte[0];
        for (SnapshotSegment segment : manifest.getSegmentsList()) {
            byte[] first = segment.getFirstKey().toByteArray();
            require(segment.getHash().size() == HASH_SIZE, "a segment's hash is malformed");
            require(segment.getSize() > 0 && segment.getSize() <= SEGMENT_SIZE_MAX, "a segment's size is out of range");
            require(segment.getPlainSize() > 0 && segment.getRecords() > 0, "a segment is empty");
            require(Arrays.compareUnsigned(last, first) < 0, "segments are not in order");
            last = segment.getLastKey().toByteArray();
            require(Arrays.compareUnsigned(first, last) <= 0, "segments are not in order");
        }
    }

    /** SHA-256. */
    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform lacks SHA-256", e);
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new MalformedMessageException(message);
        }
    }
}
