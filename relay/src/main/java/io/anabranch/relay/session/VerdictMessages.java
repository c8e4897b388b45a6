package io.anabranch.relay.session;

import io.anabranch.proto.Rejection;
import io.anabranch.proto.Verdicts;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.replica.wire.Positions;
import java.util.List;

/** Verdicts as messages. */
final class VerdictMessages {

    private VerdictMessages() {}

    static Verdicts of(List<VerdictRun> runs) {
        Verdicts.Builder verdicts = Verdicts.newBuilder();
        runs.forEach(run -> verdicts.addRuns(of(run)));
        return verdicts.build();
    }

    /** The same for who is not the author: of a rejection only the code. */
    static Verdicts withoutDetails(List<VerdictRun> runs) {
        Verdicts.Builder verdicts = Verdicts.newBuilder();
        for (VerdictRun run : runs) {
            io.anabranch.proto.VerdictRun.Builder message = of(run).toBuilder();
            if (message.hasRejected()) {
                message.setRejected(
                        Rejection.newBuilder().setCode(message.getRejected().getCode()));
            }
            verdicts.addRuns(message);
        }
        return verdicts.build();
    }

    private static io.anabranch.proto.VerdictRun of(VerdictRun run) {
        io.anabranch.proto.VerdictRun.Builder message = io.anabranch.proto.VerdictRun.newBuilder()
                .setFirstSeq(run.firstSeq())
                .setCount(run.count());
        if (run.verdict() instanceof VerdictRun.Accepted accepted) {
            message.setAccepted(Positions.toMessage(accepted.first()));
        } else if (run.verdict() instanceof VerdictRun.Rejected rejected) {
            message.setRejected(rejected.rejection());
        }
        return message.build();
    }
}
