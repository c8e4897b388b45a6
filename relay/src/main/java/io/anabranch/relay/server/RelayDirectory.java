package io.anabranch.relay.server;

import io.anabranch.relay.authority.AuthorityKeys;
import io.anabranch.relay.authority.CertificateAuthority;
import io.anabranch.relay.snapshot.DiskSegmentFiles;
import io.anabranch.relay.snapshot.SegmentFiles;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.TlsIdentity;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.storage.RocksDbStorage;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The files of a relay: {@code store}, {@code authority}, {@code administrator.pem} with an administrator's key, and, while
 * a relay runs there, {@code relay.json} with its address. Immutable.
 *
 * <p>What keeps two relays out of one directory is the store's lock; {@code relay.json} only says where the one that runs is
 * reached.
 */
public final class RelayDirectory {

    private static final Duration RENEWAL = Duration.ofDays(60);

    private final Path data;

    /** The directory of this path, which need not be there yet. */
    public RelayDirectory(Path data) {
        this.data = data.toAbsolutePath().normalize();
    }

    /**
     * A relay that runs.
     *
     * @param address {@code HOST:PORT}
     * @param pid of its process
     */
    public record Running(String address, long pid) {}

    /** The path. */
    public Path path() {
        return data;
    }

    /** Whether a relay has ever been started here. */
    public boolean exists() {
        return Files.isDirectory(data.resolve("store"));
    }

    /** The file with the key and certificate of an administrator. */
    public Path administratorFile() {
        return data.resolve("administrator.pem");
    }

    /** The store, which is opened. Fails as {@link RocksDbStorage#open} does, also if a relay has it open. */
    public KeyValueRelayStore openStore(RocksDbOptions options, SecureRandom random) {
        return KeyValueRelayStore.open(openStorage(options), random);
    }

    /** What the store is kept in, which is opened; fails in the same way. */
    public RocksDbStorage openStorage(RocksDbOptions options) {
        return RocksDbStorage.open(data.resolve("store"), KeyValueRelayStore.FAMILIES, options);
    }

    /** Where the segments of snapshots are kept: nothing that a backup need have. */
    SegmentFiles segmentFiles() {
        return new DiskSegmentFiles(data.resolve("snapshots"));
    }

    /** The certificate authority, which is made on first use. */
    public CertificateAuthority openAuthority(SecureRandom random) {
        return CertificateAuthority.open(authorityDirectory(), InstantSource.system(), random);
    }

    /** The same, which issues certificates of this lifetime. */
    CertificateAuthority openAuthority(SecureRandom random, Duration lifetime) {
        return CertificateAuthority.open(authorityDirectory(), InstantSource.system(), random, lifetime);
    }

    /** The keys of the certificate authority, to be replaced or taken away; a relay that runs notices. */
    public AuthorityKeys authorityKeys(SecureRandom random) {
        return new AuthorityKeys(authorityDirectory(), InstantSource.system(), random);
    }

    private Path authorityDirectory() {
        return data.resolve("authority");
    }

    /** Makes the administrator's file, unless there is one that is good for a while. Only its owner can read it. */
    void ensureAdministrator(CertificateAuthority authority) {
        if (isGood(authority)) {
            return;
        }
        try {
            write(
                    administratorFile(),
                    authority.issueAdministrator("administrator").pem());
        } catch (IOException e) {
            throw new UncheckedIOException("The administrator's file cannot be written: " + administratorFile(), e);
        }
    }

    private boolean isGood(CertificateAuthority authority) {
        try {
            TlsIdentity known = administrator();
            return known.root().equals(authority.root())
                    && known.certificate()
                            .getNotAfter()
                            .toInstant()
                            .isAfter(Instant.now().plus(RENEWAL));
        } catch (UncheckedIOException | IdentityException e) {
            return false;
        }
    }

    /**
     * The administrator of the file.
     *
     * @throws UncheckedIOException if it cannot be read
     * @throws IdentityException if it is damaged
     */
    public TlsIdentity administrator() {
        try {
            return TlsIdentity.parse(Files.readString(administratorFile(), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException("The administrator's file cannot be read: " + administratorFile(), e);
        }
    }

    /** The relay that runs here; empty if none does, or it was killed. */
    public Optional<Running> running() {
        try {
            JsonObject json = new JsonObject(Files.readString(runningFile()));
            Running running = new Running(json.getString("address"), json.getLong("pid"));
            // A process id is used again; together with the time of its start it is not.
            return ProcessHandle.of(running.pid)
                    .filter(process -> startMillis(process) == json.getLong("processStartMillis"))
                    .map(process -> running);
        } catch (IOException | DecodeException | ClassCastException | NullPointerException e) {
            return Optional.empty();
        }
    }

    void writeRunning(String address) {
        ProcessHandle self = ProcessHandle.current();
        JsonObject json = new JsonObject()
                .put("address", address)
                .put("pid", self.pid())
                .put("processStartMillis", startMillis(self));
        try {
            write(runningFile(), json.encode());
        } catch (IOException e) {
            throw new UncheckedIOException("The relay's address cannot be written: " + runningFile(), e);
        }
    }

    private static long startMillis(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    void deleteRunning() {
        try {
            Files.deleteIfExists(runningFile());
        } catch (IOException e) {
            throw new UncheckedIOException("The relay's address cannot be removed: " + runningFile(), e);
        }
    }

    private Path runningFile() {
        return data.resolve("relay.json");
    }

    /** Whole or not at all, and never readable by others. */
    private void write(Path file, String text) throws IOException {
        Path temporary = isPosix()
                ? Files.createTempFile(
                        data,
                        "new",
                        ".tmp",
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                : Files.createTempFile(data, "new", ".tmp");
        try {
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private boolean isPosix() {
        return data.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
