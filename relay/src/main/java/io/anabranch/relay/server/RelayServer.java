package io.anabranch.relay.server;

import io.anabranch.proto.Notice;
import io.anabranch.relay.administration.DeviceTable;
import io.anabranch.relay.administration.EnrolmentDesk;
import io.anabranch.relay.administration.RelayAdministration;
import io.anabranch.relay.administration.RevocationBoard;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.attachment.AttachmentLimits;
import io.anabranch.relay.attachment.RelayAttachments;
import io.anabranch.relay.attachment.ScopedRights;
import io.anabranch.relay.authority.CertificateAuthority;
import io.anabranch.relay.authority.RelaySigner;
import io.anabranch.relay.authority.ServerKeys;
import io.anabranch.relay.configuration.ConfigurationDesk;
import io.anabranch.relay.configuration.ConfiguredRule;
import io.anabranch.relay.configuration.RelayReplica;
import io.anabranch.relay.server.grpc.ConnectedDevices;
import io.anabranch.relay.server.grpc.GrpcEndpoint;
import io.anabranch.relay.server.grpc.SnapshotContext;
import io.anabranch.relay.server.grpc.SyncContext;
import io.anabranch.relay.server.grpc.TrustContext;
import io.anabranch.relay.server.sequencer.Sequencer;
import io.anabranch.relay.server.web.AttachmentPages;
import io.anabranch.relay.server.web.WebConsole;
import io.anabranch.relay.session.Downloads;
import io.anabranch.relay.session.LiveFeeds;
import io.anabranch.relay.snapshot.FetchTurns;
import io.anabranch.relay.snapshot.SnapshotLimits;
import io.anabranch.relay.snapshot.Snapshots;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.replica.attachment.ContentStore;
import io.anabranch.replica.refresh.SnapshotManifests;
import io.anabranch.replica.storage.RocksDbStorage;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A relay that serves: its store, its certificate authority and its port.
 *
 * <pre>{@code
 * try (RelayServer relay = RelayServer.start(RelayServerOptions.in(Path.of("data")))) {
 *     System.out.println(relay.address());
 *     …
 * }
 * }</pre>
 *
 * <p>Thread-safe. Everything that was answered is durable, so a relay may be killed at any time; {@link #close} is only more
 * polite to its clients. If the disk fails, it goes on answering what it can, gives no verdicts any more, and says so in its
 * health.
 */
public final class RelayServer implements AutoCloseable {

    private static final long FLUSH_MILLIS = 3_000;
    private static final long ATTACHMENTS_MILLIS = 3_600_000;

    private final RelayServerOptions options;
    private final RelayDirectory directory;
    private final Closing closing = new Closing();
    private final RelayMetrics metrics = new RelayMetrics();
    private final OpenConnections connections = new OpenConnections();
    private final AtomicInteger port = new AtomicInteger();
    private final ConnectedDevices connected = new ConnectedDevices();
    private final RelayAdministration administration;
    private final CertificateAuthority authority;
    private final RelaySigner signer;
    private final ServerKeys serverKeys;
    private final RelayStore store;
    private final RelayBackup backup;
    private final RelayAttachments attachments;
    private final RelayReplica relay;
    private final Admission admission;
    private final Sequencer sequencer;

    /**
     * Starts a relay. Blocks for some hundred milliseconds, more on the first start, until it can be reached.
     *
     * @throws io.anabranch.replica.storage.StorageException if the store is in use by another relay, or cannot be used
     * @throws io.anabranch.relay.authority.AuthorityException if the authority's files cannot be used
     * @throws RelayStartException if the port cannot be had
     */
    public static RelayServer start(RelayServerOptions options) {
        return new RelayServer(options);
    }

    private RelayServer(RelayServerOptions options) {
        this.options = options;
        this.directory = new RelayDirectory(options.data());
        closing.add(metrics);
        try {
            SecureRandom random = new SecureRandom();
            RocksDbStorage storage = directory.openStorage(options.limits().storage());
            store = closing.add(KeyValueRelayStore.open(storage, random));
            backup = new RelayBackup(directory, storage, store);
            authority = directory.openAuthority(random, options.certificateLifetime());
            directory.ensureAdministrator(authority);
            signer = new RelaySigner(authority);
            serverKeys = new ServerKeys(authority, names());
            relay = RelayReplica.of(store, random);
            admission = admission();
            attachments = attachments();
            sequencer = new Sequencer(admission, options.limits().sequencer(), metrics);
            ConfigurationDesk desk = new ConfigurationDesk(store, relay, sequencer, options.clock());
            administration = new RelayAdministration(desk, admission.scopes(), authority::root, random);
            serve();
            directory.writeRunning(address());
            closing.add(directory::deleteRunning);
        } catch (RuntimeException e) {
            closing.close();
            throw e;
        }
    }

    private RelayAttachments attachments() {
        AttachmentLimits limits = options.limits().attachments();
        return new RelayAttachments(
                ContentStore.open(directory.path().resolve("attachments"), limits.store()),
                store.attachmentReferrers(),
                new ScopedRights(admission.scopes()),
                new RelayAttachments.Keeping(options.clock(), limits.graceMillis()));
    }

    /** In the order of what needs what; it is all closed in reverse. */
    private void serve() {
        DeviceTable devices = new DeviceTable(store);
        closing.add(devices::flush);
        Workers workers = closing.add(new Workers());
        Vertx vertx = vertx();
        closing.add(() -> await(vertx.close()));
        closing.add(sequencer);
        sequencer.start();
        administration.adoptUsers();
        administration.onRevised(connected::revised);
        metrics.watch(connected, sequencer);
        EnrolmentDesk desk = new EnrolmentDesk(store, devices, authority, options.clock());
        LiveFeeds feeds = closing.add(new LiveFeeds(store));
        Downloads downloads = new Downloads(store, admission.scopes(), devices, options.clock()::millis);
        admission.scopes().limits(options.limits().scopes());
        admission.scopes().onChange(feeds);
        closing.add(new ScopeKeeper(store, admission.scopes(), sequencer));
        SyncContext sync = new SyncContext(store, sequencer, devices, connected, downloads, feeds, options.clock());
        RevocationBoard board = new RevocationBoard(store, signer::sign);
        board.look();
        downloads.tell(() -> Notice.newBuilder()
                .setRevocationsVersion(board.version())
                .setRoots(authority.roots().digest())
                .build());
        TrustContext trust = new TrustContext(
                desk, devices, board, administration.revocations(), authority.trustManager(), authority::roots);
        GrpcEndpoint grpc = closing.add(GrpcEndpoint.of(
                new GrpcEndpoint.Services(desk, administration, sync, attachments, snapshots(downloads), backup, trust),
                workers,
                metrics,
                Duration.ofMillis(options.limits().sweepMillis())));
        RevocationWatch watch = new RevocationWatch(store, board, grpc, connections, vertx);
        administration.revocations().onRevoked(watch::look);
        CertificateKeeper keeper = new CertificateKeeper(
                directory, new CertificateKeeper.Kept(authority, serverKeys, signer, board), grpc::tick);
        ConsoleView view = new ConsoleView(
                new ConsoleView.Parts(store, administration, devices, connected, sequencer, metrics.registry()),
                options.clock());
        listen(vertx, grpc, new WebConsole(view, workers, new AttachmentPages(attachments, devices, workers)));
        vertx.setPeriodic(options.limits().sweepMillis(), timer -> grpc.sweep());
        vertx.setPeriodic(RevocationWatch.LOOK_MILLIS, timer -> workers.execute(watch::look));
        vertx.setPeriodic(CertificateKeeper.LOOK_MILLIS, timer -> workers.execute(keeper::look));
        vertx.setPeriodic(FLUSH_MILLIS, timer -> workers.execute(devices::flush));
        vertx.setPeriodic(ATTACHMENTS_MILLIS, timer -> workers.execute(attachments::sweep));
    }

    private SnapshotContext snapshots(Downloads downloads) {
        SnapshotLimits limits = options.limits().snapshots();
        Snapshots snapshots = new Snapshots(
                new Snapshots.Sources(store, admission.scopes(), downloads, options.clock()::millis),
                directory.segmentFiles(),
                manifest -> signer.sign(SnapshotManifests.PURPOSE, manifest),
                limits);
        return new SnapshotContext(snapshots, closing.add(new SnapshotMaker(snapshots)), new FetchTurns(limits));
    }

    private Vertx vertx() {
        return Vertx.builder()
                .withMetrics(new MicrometerMetricsFactory(metrics.registry()))
                .with(new VertxOptions()
                        .setMetricsOptions(new MicrometerMetricsOptions()
                                .setEnabled(true)
                                .setRegistryName(UUID.randomUUID().toString())
                                .addDisabledMetricsCategory(MetricsDomain.NET_SERVER)))
                .build();
    }

    private Admission admission() {
        ConfiguredRule rule = new ConfiguredRule(store, relay, options.rule());
        return new Admission(store, options.limits().admission(), rule, options.clock()::millis);
    }

    private void listen(Vertx vertx, GrpcEndpoint grpc, WebConsole console) {
        HttpServerOptions https = HttpsOptions.of(options, serverKeys, authority.trustManager());
        int loops = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        try {
            await(vertx.deployVerticle(
                    () -> new HttpsListener(https, grpc, console, connections, port::set),
                    new DeploymentOptions().setInstances(loops)));
        } catch (CompletionException e) {
            throw new RelayStartException(
                    "The relay cannot listen on " + options.host() + ":" + options.port()
                            + ". Choose another with --host and --port, or stop what listens there.",
                    e.getCause() == null ? e : e.getCause());
        }
    }

    private List<String> names() {
        Set<String> names = new LinkedHashSet<>(options.names());
        if (!options.host().equals("0.0.0.0") && !options.host().equals("::")) {
            names.add(options.host());
        }
        return List.copyOf(names);
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    /** The port that it listens on. */
    public int port() {
        return port.get();
    }

    /** Where it is reached from this machine: {@code HOST:PORT}. */
    public String address() {
        String host = options.host();
        String reachable = host.equals("0.0.0.0") ? "127.0.0.1" : host.equals("::") ? "::1" : host;
        return (reachable.contains(":") ? "[" + reachable + "]" : reachable) + ":" + port();
    }

    /** How many pages it has made for devices. */
    long pagesMade() {
        return metrics.pagesMade();
    }

    /** How many devices have a stream open. */
    public int connectedDevices() {
        return connected.count();
    }

    /** Its users, codes and devices. */
    public RelayAdministration administration() {
        return administration;
    }

    /** Its certificate authority. */
    public CertificateAuthority authority() {
        return authority;
    }

    /** Its store, to be read; who appends to it does so through the relay. */
    public RelayStore store() {
        return store;
    }

    /** Its attachments. */
    public RelayAttachments attachmentContent() {
        return attachments;
    }

    /** Ends all streams, stores what was under way, and releases the port and the directory. Waits for it, some seconds at most. */
    @Override
    public void close() {
        closing.close();
    }
}
