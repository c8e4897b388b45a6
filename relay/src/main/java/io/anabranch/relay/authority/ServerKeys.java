package io.anabranch.relay.authority;

import io.anabranch.replica.identity.TlsIdentity;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The relay's own certificate, for handshakes that begin: renewed while the port is open. A handshake that has begun with the one before
 * ends with it. Thread-safe.
 */
public final class ServerKeys extends X509ExtendedKeyManager {

    private static final int KEPT = 2;

    private final CertificateAuthority authority;
    private final List<String> hosts;
    private final Map<String, TlsIdentity> identities = new ConcurrentHashMap<>();
    private final AtomicLong number = new AtomicLong();

    /** Certificates of this authority for these hosts. */
    public ServerKeys(CertificateAuthority authority, Collection<String> hosts) {
        this.authority = authority;
        this.hosts = List.copyOf(hosts);
        renew();
    }

    /** Takes another key and certificate. */
    public void renew() {
        long made = number.get() + 1;
        identities.put(alias(made), authority.issueServer(hosts));
        number.set(made);
        identities.remove(alias(made - KEPT));
    }

    /** Whether two thirds of the certificate's life are over. */
    public boolean isRenewalDue(Instant now) {
        X509Certificate certificate = certificate();
        Instant begins = certificate.getNotBefore().toInstant();
        Duration life = Duration.between(begins, certificate.getNotAfter().toInstant());
        return now.isAfter(begins.plus(life.multipliedBy(2).dividedBy(3)));
    }

    /** The certificate that is shown now. */
    public X509Certificate certificate() {
        return Objects.requireNonNull(identities.get(alias(number.get())), "the current certificate is kept")
                .certificate();
    }

    private static String alias(long number) {
        return "relay-" + number;
    }

    private @Nullable String alias(String... keyTypes) {
        return Arrays.asList(keyTypes).contains("EC") ? alias(number.get()) : null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = alias(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(keyType);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        TlsIdentity identity = identities.get(alias);
        return identity == null ? null : identity.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        TlsIdentity identity = identities.get(alias);
        return identity == null ? null : identity.privateKey();
    }
}
