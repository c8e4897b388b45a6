package io.anabranch.replica.cli;

import io.anabranch.replica.LiveConnection;
import io.anabranch.replica.PeerDesk;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaStatus;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stays connected until it is ended. */
@Command(
        name = "serve",
        description = {
            "Stays connected to the relay: takes every change as it is made, until it is ended (Ctrl-C).",
            "With --port other devices of the organisation can exchange with this one, also without the relay."
        },
        mixinStandardHelpOptions = true)
final class ServeCommand extends ReadSubcommand {

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "Let other devices exchange with this one; 0 for any port.")
    private @Nullable Integer port;

    @Override
    int run(Replica replica) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            ended.countDown();
            joinQuietly(main);
        }));
        LiveConnection live = replica.live();
        PeerDesk.Serving serving = port == null ? null : replica.peers().serve(port);
        if (serving != null) {
            err().println("devices can exchange at port " + serving.port());
        }
        err().println("live; end with Ctrl-C");
        err().flush();
        ended.await();
        if (serving != null) {
            serving.close();
        }
        live.close();
        ReplicaStatus status = replica.status();
        err().println("ended with " + status.pending() + " pending, at " + status.applied());
        return 0;
    }

    private static void joinQuietly(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
