package io.anabranch.relay.server;

import io.anabranch.relay.administration.RevocationBoard;
import io.anabranch.relay.authority.AuthorityException;
import io.anabranch.relay.authority.CertificateAuthority;
import io.anabranch.relay.authority.RelaySigner;
import io.anabranch.relay.authority.ServerKeys;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the relay's own certificates good while it runs, and follows the authority's files: an issuing key or root that was replaced is
 * used within seconds, and devices are told.
 */
final class CertificateKeeper {

    /** How often it looks. */
    static final long LOOK_MILLIS = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(CertificateKeeper.class);

    private final RelayDirectory directory;
    private final CertificateAuthority authority;
    private final ServerKeys keys;
    private final RelaySigner signer;
    private final RevocationBoard board;
    private final Runnable changed;

    /** What is kept. */
    record Kept(CertificateAuthority authority, ServerKeys keys, RelaySigner signer, RevocationBoard board) {}

    /** @param changed called when devices are to be told */
    CertificateKeeper(RelayDirectory directory, Kept kept, Runnable changed) {
        this.directory = directory;
        this.authority = kept.authority;
        this.keys = kept.keys;
        this.signer = kept.signer;
        this.board = kept.board;
        this.changed = changed;
    }

    /** Looks; waits for the disk. */
    synchronized void look() {
        try {
            boolean replaced = authority.reload();
            if (replaced || keys.isRenewalDue(Instant.now())) {
                keys.renew();
                signer.renew();
                board.signAgain();
                directory.ensureAdministrator(authority);
                LOG.info(
                        "The relay has another certificate. expires={}",
                        keys.certificate().getNotAfter());
            }
            if (replaced) {
                changed.run();
            }
        } catch (AuthorityException e) {
            LOG.error("The certificate authority's files cannot be used; what was read before is used on.", e);
        }
    }
}
