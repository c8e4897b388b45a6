package io.anabranch.bench.torture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A relay and devices that are killed, cut off, set back and denied disk for some minutes, then left in peace: all that any command
 * said it saved must be on every device, the same bytes on all, with nothing pending and no errors.
 */
final class Torture implements AutoCloseable {

    private static final int ROUNDS_TO_SETTLE_MAX = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Commands commands;
    private final Random random;
    private final TortureCounts counts;
    private final Ledger ledger = new Ledger();
    private final TorturedRelay relay;
    private final FaultyProxy network;
    private final List<TorturedDevice> devices = new ArrayList<>();
    private volatile boolean isOver;

    Torture(Path directory, int deviceCount, long seed) throws IOException, InterruptedException {
        this.commands = new Commands(directory);
        this.random = new Random(seed);
        this.counts = TortureCounts.of(seed);
        this.relay = new TorturedRelay(commands);
        this.network = new FaultyProxy(relay.port(), seed);
        for (int i = 1; i <= deviceCount; i++) {
            devices.add(enrolled("d" + i));
        }
    }

    private TorturedDevice enrolled(String name) throws IOException, InterruptedException {
        TorturedDevice device = new TorturedDevice(name, commands, ledger, counts);
        device.enrol(network.address(), relay.code(name));
        return device;
    }

    TortureCounts counts() {
        return counts;
    }

    /** How many saves were acknowledged. */
    long savedCount() {
        return ledger.savedCount();
    }

    /** Goes on for some time. */
    void run(long seconds, Consumer<String> progress) throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        ExecutorService threads = Executors.newFixedThreadPool(devices.size());
        List<Future<?>> loops = new ArrayList<>();
        devices.forEach(device -> loops.add(threads.submit(() -> {
            while (!isOver) {
                device.step();
            }
            return device;
        })));
        try {
            while (System.nanoTime() < endNanos && loops.stream().noneMatch(Future::isDone)) {
                strike();
                progress.accept(counts.commands() + " commands, " + counts.kills() + " kills");
            }
            isOver = true;
            network.weather(FaultyProxy.Weather.CLEAR);
            for (Future<?> loop : loops) {
                loop.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a device failed: " + e.getMessage(), e);
        } finally {
            isOver = true;
            threads.shutdownNow();
        }
    }

    /** Something happens to the relay or to the network. */
    private void strike() throws IOException, InterruptedException {
        TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1_500));
        int fate = random.nextInt(20);
        if (fate < 4) {
            relay.kill();
            counts.relayKills().increment();
            relay.serve();
        } else if (fate == 4) {
            relay.backUp();
        } else if (fate == 5 && relay.restore()) {
            counts.relayRestores().increment();
        } else {
            FaultyProxy.Weather[] all = FaultyProxy.Weather.values();
            network.weather(all[fate % 3 == 0 ? random.nextInt(all.length) : 0]);
            counts.weathers().increment();
        }
    }

    /** Leaves all in peace and says what is wrong then, nothing if nothing is. */
    List<String> faults(Consumer<String> progress) throws IOException, InterruptedException {
        network.weather(FaultyProxy.Weather.CLEAR);
        devices.add(enrolled("late"));
        List<String> dump = List.of();
        for (int round = 1; round <= ROUNDS_TO_SETTLE_MAX; round++) {
            progress.accept("settling, round " + round);
            for (TorturedDevice device : devices) {
                device.settle();
            }
            dump = devices.get(0).dump();
            if (areAll(dump)) {
                break;
            }
        }
        List<String> faults = new ArrayList<>(ledger.faults(dump));
        if (!areAll(dump)) {
            faults.add("the devices differ after " + ROUNDS_TO_SETTLE_MAX + " rounds in peace");
        }
        for (TorturedDevice device : devices) {
            JsonNode status = JSON.readTree(device.status());
            if (status.path("pending").asLong(-1) != 0 || status.path("errors").asLong(-1) != 0) {
                faults.add("a device is not done: " + status);
            }
        }
        return faults;
    }

    private boolean areAll(List<String> dump) throws IOException, InterruptedException {
        for (TorturedDevice device : devices) {
            if (!device.dump().equals(dump)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        isOver = true;
        commands.close();
        network.close();
    }
}
