package io.anabranch.replica.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.SnapshotManifest;
import io.anabranch.proto.SnapshotOffer;
import io.anabranch.proto.SnapshotSegment;
import io.anabranch.replica.wire.MalformedMessageException;
import io.anabranch.replica.wire.RecordKeys;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Segments and manifests read back as what they were, and nothing else is read as one. */
final class SegmentLaws {

    private static final SnapshotManifests.Trust EVERYONE = (signed, offer) -> true;

    @Property(tries = 100)
    void whatWasWrittenIsRead(@ForAll Random random, @ForAll @IntRange(min = 1, max = 3_000) int count) {
        NavigableMap<byte[], byte[]> content = content(random, count);
        byte[] segment = segment(content);
        NavigableMap<byte[], byte[]> read = new TreeMap<>(Arrays::compareUnsigned);
        SegmentReader.read(described(content), segment, read::put);
        assertThat(read.keySet()).containsExactlyElementsOf(content.keySet());
        content.forEach((key, value) -> assertThat(read.get(key)).isEqualTo(value));
    }

    @Property(tries = 500)
    void aSegmentThatWasChangedIsNotTheOneThatWasSigned(@ForAll Random random, @ForAll @IntRange(max = 255) int flip) {
        NavigableMap<byte[], byte[]> content = content(random, 20);
        byte[] segment = segment(content);
        SnapshotSegment said = described(content);
        segment[random.nextInt(segment.length)] ^= (byte) (flip == 0 ? 1 : flip);
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> SegmentReader.read(said, segment, (key, value) -> {}));
    }

    /** As from a relay that signs what makes no sense. */
    @Property(tries = 2_000)
    void damageThatWasSignedIsRefusedOrGivesRecordsInOrder(@ForAll Random random) {
        NavigableMap<byte[], byte[]> content = content(random, 1 + random.nextInt(20));
        byte[] segment = segment(content);
        for (int i = random.nextInt(4); i >= 0; i--) {
            segment[random.nextInt(segment.length)] ^= (byte) (1 << random.nextInt(8));
        }
        byte[] cut = Arrays.copyOf(segment, random.nextInt(3) == 0 ? random.nextInt(segment.length) : segment.length);
        readOrRefused(rehashed(described(content), cut), cut);
    }

    @Property(tries = 2_000)
    void anyBytesAreRefusedOrGiveRecordsInOrder(@ForAll @Size(max = 300) byte[] bytes) {
        byte[] segment = Arrays.copyOf(SegmentWriter.MAGIC, SegmentWriter.MAGIC.length + bytes.length);
        System.arraycopy(bytes, 0, segment, SegmentWriter.MAGIC.length, bytes.length);
        readOrRefused(rehashed(SnapshotSegment.getDefaultInstance(), segment), segment);
    }

    private static void readOrRefused(SnapshotSegment said, byte[] segment) {
        byte[][] last = {new byte[0]};
        try {
            SegmentReader.read(said, segment, (key, value) -> {
                assertThat(Arrays.compareUnsigned(last[0], key)).isNegative();
                assertThat(Record.decode(RecordKeys.decode(key, 0), value).isEmpty())
                        .isFalse();
                last[0] = key;
            });
        } catch (MalformedMessageException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
    }

    @Property(tries = 2_000)
    void anyBytesAreNoManifestOrOneThatHolds(@ForAll @Size(max = 200) byte[] bytes, @ForAll Random random) {
        SnapshotManifest.Builder good = SnapshotManifest.newBuilder()
                .setLayout(SnapshotManifests.LAYOUT)
                .setId(ByteString.copyFrom(new byte[SnapshotManifests.ID_SIZE]));
        good.getPositionBuilder().setEpoch(1).setSequence(9);
        good.addSegments(described(content(random, 5)));
        byte[] manifest = random.nextBoolean() ? bytes : good.build().toByteArray();
        manifest = manifest.clone();
        if (manifest.length > 0) {
            manifest[random.nextInt(manifest.length)] ^= (byte) random.nextInt(256);
        }
        SnapshotOffer offer = SnapshotOffer.newBuilder()
                .setManifest(ByteString.copyFrom(manifest))
                .setCursor(ByteString.copyFromUtf8("c"))
                .build();
        try {
            assertThat(SnapshotManifests.of(offer, EVERYONE).getLayout()).isEqualTo(SnapshotManifests.LAYOUT);
        } catch (MalformedMessageException e) {
            assertThat(e).hasMessageNotContaining("null");
        }
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> SnapshotManifests.of(offer, (signed, whose) -> false));
    }

    private static SnapshotSegment rehashed(SnapshotSegment said, byte[] segment) {
        return said.toBuilder()
                .setHash(ByteString.copyFrom(SnapshotManifests.sha256(segment)))
                .setSize(segment.length)
                .build();
    }

    private static SnapshotSegment described(NavigableMap<byte[], byte[]> content) {
        SegmentWriter writer = writer(content);
        return writer.describe(writer.finish());
    }

    private static byte[] segment(NavigableMap<byte[], byte[]> content) {
        return writer(content).finish();
    }

    private static SegmentWriter writer(NavigableMap<byte[], byte[]> content) {
        SegmentWriter writer = new SegmentWriter();
        content.forEach((key, value) -> writer.add(key, ByteString.copyFrom(value)));
        return writer;
    }

    private static NavigableMap<byte[], byte[]> content(Random random, int count) {
        NavigableMap<byte[], byte[]> content = new TreeMap<>(Arrays::compareUnsigned);
        for (int i = 0; i < count; i++) {
            RecordKey key = new RecordKey("type" + random.nextInt(3), "id" + random.nextInt(100_000));
            Record record = new RecordEdit(Record.empty(key), null, new RecordEdit.Author(7, 1, 1))
                    .create()
                    .set("name", Value.of("name " + random.nextInt()))
                    .build();
            content.put(RecordKeys.encode(key), record.encode());
        }
        return content;
    }
}
