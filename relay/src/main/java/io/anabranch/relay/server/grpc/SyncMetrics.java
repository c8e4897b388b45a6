package io.anabranch.relay.server.grpc;

/** Is told what calls do. Called on event loops and workers; must not block. */
public interface SyncMetrics {

    /** A message of this many bytes has arrived. */
    void received(int size);

    /** A message of this many bytes was handed to the connection. */
    void sent(int size);

    /** A page with this many bytes of patches, as they travel, was made for a device. */
    void pageMade(int size);
}
