package io.anabranch.relay.snapshot;

import com.google.protobuf.ByteString;
import io.anabranch.proto.SignedStatement;

/** Signs manifests, and says with each signature whose it is. Any thread. */
@FunctionalInterface
public interface ManifestSigner {

    /** A manifest with its signature and the certificates that prove it. */
    SignedStatement sign(ByteString manifest);
}
