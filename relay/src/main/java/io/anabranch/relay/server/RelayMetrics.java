package io.anabranch.relay.server;

import io.anabranch.relay.server.grpc.ConnectedDevices;
import io.anabranch.relay.server.grpc.SyncMetrics;
import io.anabranch.relay.server.sequencer.Sequencer;
import io.anabranch.relay.server.sequencer.SequencerEvents;
import io.anabranch.relay.store.VerdictRun;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the relay counts, for Prometheus. Thread-safe. */
final class RelayMetrics implements SyncMetrics, SequencerEvents, AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbage = new JvmGcMetrics();
    private final Counter accepted = verdicts("accepted");
    private final Counter rejected = verdicts("rejected");
    private final Counter bytesUp = bytes("up");
    private final Counter bytesDown = bytes("down");
    private final DistributionSummary pages = DistributionSummary.builder("anabranch.page.size")
            .description("Patches of a page as they travel")
            .baseUnit("bytes")
            .register(registry);
    private final DistributionSummary roundBatches = DistributionSummary.builder("anabranch.round.batches")
            .description("Batches that shared a round and its sync")
            .register(registry);
    private final DistributionSummary roundCommits = DistributionSummary.builder("anabranch.round.commits")
            .description("Commits that shared a round and its sync")
            .register(registry);
    private final Timer append = Timer.builder("anabranch.append")
            .description("Storing a round, its sync included")
            .register(registry);

    RelayMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        garbage.bindTo(registry);
    }

    private Counter verdicts(String verdict) {
        return Counter.builder("anabranch.commits")
                .description("Verdicts given, those on commits that were sent again included")
                .tag("verdict", verdict)
                .register(registry);
    }

    private Counter bytes(String direction) {
        return Counter.builder("anabranch.messages")
                .description("Messages of all calls")
                .baseUnit("bytes")
                .tag("direction", direction)
                .register(registry);
    }

    void watch(ConnectedDevices connected, Sequencer sequencer) {
        Gauge.builder("anabranch.devices.connected", connected, ConnectedDevices::count)
                .description("Devices with a stream open")
                .register(registry);
        Gauge.builder("anabranch.sequencer.waiting", sequencer, Sequencer::waitingBatches)
                .description("Batches that wait for their round")
                .register(registry);
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    long pagesMade() {
        return pages.count();
    }

    @Override
    public void received(int size) {
        bytesUp.increment(size);
    }

    @Override
    public void sent(int size) {
        bytesDown.increment(size);
    }

    @Override
    public void pageMade(int size) {
        pages.record(size);
    }

    @Override
    public void verdicts(List<VerdictRun> runs) {
        for (VerdictRun run : runs) {
            Counter counter = run.verdict() instanceof VerdictRun.Accepted ? accepted : rejected;
            counter.increment((double) run.count());
        }
    }

    @Override
    public void round(int batches, int commits, long appendNanos) {
        roundBatches.record(batches);
        roundCommits.record(commits);
        append.record(appendNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        garbage.close();
        registry.close();
    }
}
