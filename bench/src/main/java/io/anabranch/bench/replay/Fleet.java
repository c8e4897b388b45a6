package io.anabranch.bench.replay;

import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaOptions;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** A relay and its devices, each with a store of its own on disk, connected over TLS on loopback. */
final class Fleet implements AutoCloseable {

    private final RelayServer relay;
    private final Map<String, FleetDevice> devices = new LinkedHashMap<>();
    private final ExecutorService workers =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

    /** Opens what the directory has, and enrols the devices that are not yet. */
    Fleet(Path data, Collection<String> names, StreamClock clock, Consumer<String> onProgress) {
        this.relay =
                RelayServer.start(RelayServerOptions.in(data.resolve("relay")).withClock(clock));
        RelayAddress address = new RelayAddress("127.0.0.1", relay.port());
        for (String name : names) {
            onProgress.accept("enrolling " + name);
            Replica replica = Replica.open(data.resolve("devices").resolve(name), ReplicaOptions.sharing(clock));
            devices.put(name, new FleetDevice(name, replica));
            if (replica.relay().isEmpty()) {
                String code = relay.administration()
                        .createEnrolmentCode(name.replaceFirst("-\\d+$", ""))
                        .getCode();
                replica.enrol(address, EnrolmentCode.parse(code), name);
            } else {
                replica.moveRelay(address);
            }
        }
    }

    RelayServer relay() {
        return relay;
    }

    FleetDevice device(String name) {
        FleetDevice device = devices.get(name);
        if (device == null) {
            throw new IllegalArgumentException("no such device: " + name);
        }
        return device;
    }

    Collection<FleetDevice> devices() {
        return devices.values();
    }

    /** Does the same with every device, as many at a time as there are processors. */
    void forEach(Consumer<FleetDevice> action) {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (FleetDevice device : devices.values()) {
            tasks.add(() -> {
                action.accept(device);
                return null;
            });
        }
        try {
            for (Future<Void> done : workers.invokeAll(tasks)) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        workers.shutdown();
        devices.values().forEach(FleetDevice::close);
        relay.close();
    }
}
