package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.anabranch.replica.Replica;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.peer.PeerReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Exchanges with another device. */
@Command(
        name = "exchange",
        description = {
            "Exchanges with another device that runs: device serve --port P. No relay is needed: each is given what it lacks",
            "and may have, and carries what it may not read for the relay."
        },
        mixinStandardHelpOptions = true)
final class ExchangeCommand extends ReadSubcommand {

    @Parameters(index = "0", paramLabel = "HOST:PORT", description = "Where the other device is.")
    @SuppressWarnings("NullAway.Init")
    private String address;

    @Override
    int run(Replica replica) {
        PeerReport report = replica.peers().exchange(RelayAddress.parse(address));
        if (json()) {
            print(JsonNodeFactory.instance
                    .objectNode()
                    .put("sent", report.sent())
                    .put("sealed", report.sealed())
                    .put("taken", report.taken()));
        } else {
            out().println(report.taken() + " commits taken, " + report.sent() + " sent, " + report.sealed()
                    + " of them sealed for the relay");
        }
        return 0;
    }
}
