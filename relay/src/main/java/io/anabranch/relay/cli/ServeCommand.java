package io.anabranch.relay.cli;

import io.anabranch.relay.scope.ScopeLimits;
import io.anabranch.relay.server.RelayDirectory;
import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code relay serve}: runs a relay until the process is told to end. */
@Command(
        name = "serve",
        description = "Run a relay until it is interrupted. Prints its address when it can be reached.",
        mixinStandardHelpOptions = true)
final class ServeCommand extends RelayTask {

    private static final int CERTIFICATE_DAYS_MAX = 1_000;
    private static final long MEGABYTES_MAX = Long.MAX_VALUE >> 20;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "The relay's directory; made on the first start.")
    private Path data = Path.of("");

    @Option(
            names = "--port",
            defaultValue = "8443",
            description = "The port; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "The address to listen on; 0.0.0.0 for all. Default: ${DEFAULT-VALUE}.")
    private String host = "";

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "A further name or address for the relay's certificate; may be repeated.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--records-per-user-max",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "How many records a user may have on a device. Default: ${DEFAULT-VALUE}.")
    private long recordsMax;

    @Option(
            names = "--megabytes-per-user-max",
            paramLabel = "N",
            defaultValue = "4096",
            description = "How much a user may have on a device. Default: ${DEFAULT-VALUE}.")
    private long megabytesMax;

    @Option(
            names = "--certificate-days",
            paramLabel = "N",
            defaultValue = "365",
            description =
                    "How long certificates are good; they renew by themselves when two thirds of that are over. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int certificateDays;

    @Override
    void perform() throws InterruptedException {
        if (certificateDays < 1 || certificateDays > CERTIFICATE_DAYS_MAX) {
            throw new CommandFailedException("Certificates are good for 1 to " + CERTIFICATE_DAYS_MAX + " days.");
        }
        RelayServerOptions options = RelayServerOptions.in(data)
                .at(host, port)
                .withNames(names)
                .withCertificateLifetime(Duration.ofDays(certificateDays));
        if (recordsMax < 1 || megabytesMax < 1 || megabytesMax > MEGABYTES_MAX) {
            throw new CommandFailedException(
                    "A limit per user is out of range; give at least 1, and no more than can be counted.");
        }
        options = options.withLimits(options.limits().withScopes(new ScopeLimits(recordsMax, megabytesMax << 20)));
        RelayServer relay = RelayServer.start(options);
        CountDownLatch ended = new CountDownLatch(1);
        Thread end = new Thread(() -> {
            relay.close();
            ended.countDown();
        });
        Runtime.getRuntime().addShutdownHook(end);
        print("listening on https://" + relay.address());
        err().println("The first page is at https://" + relay.address() + "/ and an administrator's key in "
                + new RelayDirectory(data).administratorFile());
        err().flush();
        ended.await();
    }
}
