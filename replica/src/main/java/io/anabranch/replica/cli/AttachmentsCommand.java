package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.replica.Replica;
import io.anabranch.replica.attachment.AttachmentStatus;
import java.util.Locale;
import picocli.CommandLine.Command;

/** Lists what the records refer to. */
@Command(
        name = "attachments",
        description = "Lists what the records on this device refer to, and whether it is here.",
        mixinStandardHelpOptions = true)
final class AttachmentsCommand extends ReadSubcommand {

    @Override
    int run(Replica replica) {
        for (AttachmentStatus status : replica.attachments().list()) {
            if (json()) {
                print(json(status));
            } else {
                out().printf(
                                "%s  %-6s  %d of %d bytes  %s  %s%s%n",
                                status.ref().hash(),
                                state(status),
                                status.sizeHere(),
                                status.ref().size(),
                                status.ref().mediaType(),
                                status.ref().name(),
                                status.waiting() ? "  (waiting to be sent)" : "");
            }
        }
        return 0;
    }

    static ObjectNode json(AttachmentStatus status) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("hash", status.ref().hash().hex());
        node.put("size", status.ref().size());
        node.put("media_type", status.ref().mediaType());
        node.put("name", status.ref().name());
        node.put("state", state(status));
        node.put("size_here", status.sizeHere());
        node.put("waiting", status.waiting());
        return node;
    }

    private static String state(AttachmentStatus status) {
        return status.state().name().toLowerCase(Locale.ROOT);
    }
}
