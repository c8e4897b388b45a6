package io.anabranch.bench.torture;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A network between the devices and the relay, for better or worse. Its own threads do all of it. */
final class FaultyProxy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FaultyProxy.class);
    private static final int BUFFER_SIZE = 8_192;
    private static final int CONNECT_MILLIS_MAX = 2_000;

    private final ServerSocket server;
    private final int relayPort;
    private final Random random;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Weather weather = Weather.CLEAR;

    /** What the network does to connections, those that are open included. */
    enum Weather {
        /** All goes through. */
        CLEAR,
        /** Each buffer waits. */
        SLOW,
        /** Connections end in the middle of a message. */
        CUTTING,
        /** Nothing goes through and nobody is told. */
        SILENT,
        /** No connection is taken. */
        REFUSING
    }

    FaultyProxy(int relayPort, long seed) throws IOException {
        this.relayPort = relayPort;
        this.random = new Random(seed);
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("accept", this::accept);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    void weather(Weather now) {
        weather = now;
        if (now == Weather.REFUSING || now == Weather.CUTTING) {
            open.forEach(this::end);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket device = server.accept();
                if (weather == Weather.REFUSING) {
                    end(device);
                } else {
                    connect(device);
                }
            } catch (IOException e) {
                // Closed, or the relay is away: the device sees a connection that ends.
                open.removeIf(Socket::isClosed);
            }
        }
    }

    private void connect(Socket device) throws IOException {
        Socket relay = new Socket();
        try {
            relay.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), relayPort), CONNECT_MILLIS_MAX);
        } catch (IOException e) {
            end(device);
            end(relay);
            throw e;
        }
        open.add(device);
        open.add(relay);
        start("up", () -> pump(device, relay));
        start("down", () -> pump(relay, device));
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_SIZE];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            int count = in.read(buffer);
            while (count >= 0 && pass(buffer, count, out)) {
                count = in.read(buffer);
            }
        } catch (IOException e) {
            // The other direction ends with it.
            end(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(from);
            end(to);
        }
    }

    /** Whether the connection goes on. */
    private boolean pass(byte[] buffer, int count, OutputStream out) throws IOException, InterruptedException {
        synchronized (server) {
            while (weather == Weather.SILENT) {
                server.wait(50);
            }
            if (weather == Weather.SLOW) {
                server.wait(1 + random.nextInt(20));
            }
        }
        boolean isCut = weather == Weather.CUTTING && random.nextInt(8) == 0;
        out.write(buffer, 0, isCut ? random.nextInt(count) : count);
        out.flush();
        return !isCut;
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, "network-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void end(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("a connection did not close", e);
        }
    }

    @Override
    public void close() throws IOException {
        weather(Weather.CLEAR);
        server.close();
        open.forEach(this::end);
    }
}
