package io.anabranch.replica.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.Replica;
import io.anabranch.replica.content.AttachmentRef;
import java.io.IOException;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Attaches a file to a record. */
@Command(
        name = "attach",
        description = {
            "Attaches a file to a record: keeps its content and has the field refer to it.",
            "The content is sent by the next sync, after the record."
        },
        mixinStandardHelpOptions = true)
final class AttachCommand extends ReadSubcommand {

    private static final String UNKNOWN_TYPE = "application/octet-stream";

    @Parameters(index = "0", paramLabel = "TYPE/ID", converter = RecordKeyConverter.class, description = "The record.")
    @SuppressWarnings("NullAway.Init")
    private RecordKey key;

    @Parameters(index = "1", paramLabel = "FIELD", description = "The field, a register unless --add.")
    @SuppressWarnings("NullAway.Init")
    private String field;

    @Parameters(index = "2", paramLabel = "FILE", description = "The file.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = "--media-type",
            paramLabel = "TYPE",
            description = "Such as image/png; by the file's name if left out.")
    private @Nullable String mediaType;

    @Option(names = "--add", description = "Adds to a set of attachments rather than replacing the one.")
    private boolean add;

    @Override
    int run(Replica replica) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CliFailure("there is no file " + file);
        }
        AttachmentRef ref = replica.attachments().add(file, mediaType == null ? guess() : mediaType);
        replica.commit(tx -> {
            if (add) {
                tx.record(key.type(), key.id()).add(field, ref.value());
            } else {
                tx.record(key.type(), key.id()).set(field, ref.value());
            }
        });
        if (json()) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            node.put("hash", ref.hash().hex());
            node.put("size", ref.size());
            node.put("media_type", ref.mediaType());
            node.put("name", ref.name());
            print(node);
        } else {
            out().println(ref);
        }
        return 0;
    }

    private String guess() throws IOException {
        String byContent = Files.probeContentType(file);
        String byName = URLConnection.guessContentTypeFromName(
                String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT));
        return byName != null ? byName : byContent != null ? byContent : UNKNOWN_TYPE;
    }
}
