package io.anabranch.relay.server;

import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.attachment.AttachmentLimits;
import io.anabranch.relay.scope.ScopeLimits;
import io.anabranch.relay.server.sequencer.SequencerLimits;
import io.anabranch.relay.snapshot.SnapshotLimits;
import io.anabranch.replica.storage.RocksDbOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * How a relay is served.
 *
 * @param data its directory, made on first use
 * @param host the name or address it listens on
 * @param port from 1 to 65535, or 0 for any that is free
 * @param names further names and IP addresses that devices and browsers reach it by, for its certificate
 * @param clock what it tells the time by in sync: not that of certificates, which is the system's, so that a replay may live
 *     in another year
 * @param limits of everything that grows
 * @param rule what is accepted
 * @param certificateLifetime how long certificates of devices, administrators and the relay are good; they are renewed by themselves when
 *     two thirds of that are over
 */
public record RelayServerOptions(
        Path data,
        String host,
        int port,
        List<String> names,
        InstantSource clock,
        Limits limits,
        AdmissionRule rule,
        Duration certificateLifetime) {

    /** How long certificates are good if nothing else is said. */
    public static final Duration YEAR = Duration.ofDays(365);

    /**
     * What the relay takes at most.
     *
     * @param storage of the store
     * @param admission of commits and records
     * @param sequencer of what waits for its order
     * @param sweepMillis how often connections are looked after: a device that takes nothing of what it is sent for one to two
     *     of these is cut off, and one that has fallen silent after four
     * @param scopes of what a user has on a device
     * @param attachments of binary content
     * @param snapshots of snapshots
     */
    public record Limits(
            RocksDbOptions storage,
            AdmissionLimits admission,
            SequencerLimits sequencer,
            long sweepMillis,
            ScopeLimits scopes,
            AttachmentLimits attachments,
            SnapshotLimits snapshots) {

        /** Those of a relay with a machine of its own. */
        public static final Limits DEFAULT =
                new Limits(RocksDbOptions.large(), AdmissionLimits.DEFAULT, SequencerLimits.DEFAULT, 30_000);

        /** The limits with the usual ones of scopes, attachments and snapshots. */
        public Limits(RocksDbOptions storage, AdmissionLimits admission, SequencerLimits sequencer, long sweepMillis) {
            this(
                    storage,
                    admission,
                    sequencer,
                    sweepMillis,
                    ScopeLimits.DEFAULT,
                    AttachmentLimits.DEFAULT,
                    SnapshotLimits.DEFAULT);
        }

        /** The same with other limits of scopes. */
        public Limits withScopes(ScopeLimits other) {
            return new Limits(storage, admission, sequencer, sweepMillis, other, attachments, snapshots);
        }

        /** The same with other limits of attachments. */
        public Limits withAttachments(AttachmentLimits other) {
            return new Limits(storage, admission, sequencer, sweepMillis, scopes, other, snapshots);
        }

        /** The same with other limits of snapshots. */
        public Limits withSnapshots(SnapshotLimits other) {
            return new Limits(storage, admission, sequencer, sweepMillis, scopes, attachments, other);
        }

        /** Checks the ranges. */
        public Limits {
            if (sweepMillis < 1) {
                throw new IllegalArgumentException("the interval of sweeps is out of range: " + sweepMillis);
            }
        }
    }

    /** Checks the port and copies the names. */
    public RelayServerOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is 0 to 65535: " + port);
        }
        if (certificateLifetime.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("certificates are good for a minute at least: " + certificateLifetime);
        }
        names = List.copyOf(names);
    }

    /** A relay in this directory, on any free port of this machine's own address, that accepts everything. */
    public static RelayServerOptions in(Path data) {
        return new RelayServerOptions(
                data,
                "127.0.0.1",
                0,
                List.of(),
                InstantSource.system(),
                Limits.DEFAULT,
                AdmissionRule.ACCEPT_ALL,
                YEAR);
    }

    /** The same at another address. */
    public RelayServerOptions at(String otherHost, int otherPort) {
        return new RelayServerOptions(data, otherHost, otherPort, names, clock, limits, rule, certificateLifetime);
    }

    /** The same with further names. */
    public RelayServerOptions withNames(List<String> otherNames) {
        return new RelayServerOptions(data, host, port, otherNames, clock, limits, rule, certificateLifetime);
    }

    /** The same with another clock. */
    public RelayServerOptions withClock(InstantSource other) {
        return new RelayServerOptions(data, host, port, names, other, limits, rule, certificateLifetime);
    }

    /** The same with other limits. */
    public RelayServerOptions withLimits(Limits other) {
        return new RelayServerOptions(data, host, port, names, clock, other, rule, certificateLifetime);
    }

    /** The same with certificates of another lifetime. */
    public RelayServerOptions withCertificateLifetime(Duration other) {
        return new RelayServerOptions(data, host, port, names, clock, limits, rule, other);
    }
}
