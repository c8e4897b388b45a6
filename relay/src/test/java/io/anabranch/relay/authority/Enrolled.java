package io.anabranch.relay.authority;

import io.anabranch.replica.identity.DeviceKeys;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.PeerCertificate;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Devices that an authority has enrolled, for tests. */
final class Enrolled {

    private Enrolled() {}

    static Identity device(CertificateAuthority authority, String user, long replica) {
        DeviceKeys keys = DeviceKeys.generate(new SecureRandom());
        byte[] request = keys.signingRequest("tablet");
        PeerCertificate holder =
                PeerCertificate.device(user, "tablet", replica, keys.commitKey().publicKey());
        return Identity.of(keys, der(authority.issueDevice(request, holder)));
    }

    static List<byte[]> der(List<X509Certificate> chain) {
        List<byte[]> encoded = new ArrayList<>();
        try {
            for (X509Certificate certificate : chain) {
                encoded.add(certificate.getEncoded());
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
        return encoded;
    }
}
