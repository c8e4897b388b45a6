package io.anabranch.relay.server.grpc;

import io.anabranch.relay.administration.DeviceTable;
import io.anabranch.relay.administration.EnrolmentDesk;
import io.anabranch.relay.administration.RevocationBoard;
import io.anabranch.relay.administration.RevocationDesk;
import io.anabranch.replica.identity.RootSet;
import java.util.function.Supplier;
import javax.net.ssl.X509TrustManager;

/**
 * What is behind the calls by which devices learn whom to trust.
 *
 * @param desk renews certificates
 * @param devices who is enrolled
 * @param board the list of revocations
 * @param revocations takes what the relay has lost of that
 * @param trust in what the organisation's relays have signed
 * @param roots the organisation's, as they are now
 */
public record TrustContext(
        EnrolmentDesk desk,
        DeviceTable devices,
        RevocationBoard board,
        RevocationDesk revocations,
        X509TrustManager trust,
        Supplier<RootSet> roots) {}
