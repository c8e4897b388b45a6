package io.anabranch.relay.session;

import com.google.protobuf.ByteString;
import io.anabranch.relay.store.RelayStore;
import java.nio.ByteBuffer;

/** The epoch of a store as devices are told. */
final class Epochs {

    private Epochs() {}

    static ByteString id(RelayStore store) {
        return ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES)
                .putLong(store.lineage().currentId())
                .array());
    }
}
