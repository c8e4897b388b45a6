package io.anabranch.relay.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

class FrameReaderLaws {

    private static Buffer framed(List<byte[]> messages) {
        Buffer bytes = Buffer.buffer();
        for (byte[] message : messages) {
            bytes.appendByte((byte) 0).appendUnsignedInt(message.length).appendBytes(message);
        }
        return bytes;
    }

    private static List<byte[]> read(FrameReader reader, Buffer bytes, int chunkSize) {
        List<byte[]> messages = new ArrayList<>();
        for (int from = 0; from < bytes.length(); from += chunkSize) {
            reader.add(bytes.slice(from, Math.min(bytes.length(), from + chunkSize)));
            for (byte @Nullable [] next = reader.next(); next != null; next = reader.next()) {
                messages.add(next);
            }
        }
        return messages;
    }

    @Property(tries = 300)
    void howTheBytesAreCutDoesNotMatter(
            @ForAll @Size(max = 10) List<@Size(max = 300) byte[]> messages,
            @ForAll @IntRange(min = 1, max = 400) int chunkSize) {
        FrameReader reader = new FrameReader(300);
        List<byte[]> read = read(reader, framed(messages), chunkSize);
        assertThat(read).hasSameSizeAs(messages);
        for (int i = 0; i < read.size(); i++) {
            assertThat(read.get(i)).isEqualTo(messages.get(i));
        }
        assertThat(reader.isPartial()).isFalse();
    }

    @Example
    void aLargeMessageComesWhole() {
        byte[] large = new byte[1_000_003];
        large[1_000_000] = 7;
        assertThat(read(new FrameReader(large.length), framed(List.of(large)), 16_384))
                .singleElement()
                .isEqualTo(large);
    }

    @Example
    void aMessageThatIsTooLargeIsRefusedByItsHeader() {
        FrameReader reader = new FrameReader(10);
        reader.add(Buffer.buffer().appendByte((byte) 0).appendUnsignedInt(11));
        assertThatThrownBy(reader::next).hasMessageContaining("RESOURCE_EXHAUSTED");
    }

    @Example
    void aMessageThatHasBegunIsPartial() {
        FrameReader reader = new FrameReader(10);
        reader.add(Buffer.buffer().appendByte((byte) 0));
        assertThat(reader.next()).isNull();
        assertThat(reader.isPartial()).isTrue();
    }
}
