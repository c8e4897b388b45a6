package io.anabranch.replica.cli;

import io.anabranch.replica.LiveConnection;
import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaStatus;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/** Stays connected until it is ended. */
@Command(
        name = "serve",
        description = "Stays connected to the relay: takes every change as it is made, until it is ended (Ctrl-C).",
        mixinStandardHelpOptions = true)
final class ServeCommand extends ReadSubcommand {

    @Override
    int run(Replica replica) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            ended.countDown();
            joinQuietly(main);
        }));
        LiveConnection live = replica.live();
        err().println("live; end with Ctrl-C");
        err().flush();
        ended.await();
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
