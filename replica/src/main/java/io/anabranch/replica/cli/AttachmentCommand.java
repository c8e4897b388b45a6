package io.anabranch.replica.cli;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.Replica;
import io.anabranch.replica.attachment.AttachmentException;
import io.anabranch.replica.content.AttachmentRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings what a record refers to, and writes it to a file. */
@Command(
        name = "attachment",
        description =
                "Fetches what a field of a record refers to, unless it is here; cut short, it goes on from there.",
        mixinStandardHelpOptions = true)
final class AttachmentCommand extends ReadSubcommand {

    @Parameters(index = "0", paramLabel = "TYPE/ID", converter = RecordKeyConverter.class, description = "The record.")
    @SuppressWarnings("NullAway.Init")
    private RecordKey key;

    @Parameters(index = "1", paramLabel = "FIELD", description = "The field.")
    @SuppressWarnings("NullAway.Init")
    private String field;

    @Option(names = "--out", paramLabel = "FILE", description = "Writes the content there, over what is there.")
    private @Nullable Path file;

    @Option(names = "--hash", paramLabel = "HASH", description = "Which one, if the field has several.")
    private @Nullable String hash;

    @Override
    int run(Replica replica) throws IOException, InterruptedException {
        AttachmentRef ref = ref(replica);
        fetch(replica, ref);
        if (file != null) {
            try {
                write(replica, ref, file);
            } catch (IOException e) {
                if (!(e.getCause() instanceof AttachmentException)) {
                    throw e;
                }
                err().println(e.getMessage());
                fetch(replica, ref);
                write(replica, ref, file);
            }
        }
        if (json()) {
            print(AttachmentsCommand.json(replica.attachments().status(ref)));
        } else {
            out().println(ref);
        }
        return 0;
    }

    private void fetch(Replica replica, AttachmentRef ref) throws InterruptedException {
        try (Progress progress = new Progress(err())) {
            replica.attachments()
                    .fetch(ref, size -> progress.show("fetching " + Progress.bar(size, ref.size())))
                    .get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
        }
    }

    private AttachmentRef ref(Replica replica) {
        Record record = replica.get(key.type(), key.id())
                .orElseThrow(() -> new CliFailure("there is no record " + key + " on this device; sync first"));
        Set<AttachmentRef> refs = AttachmentRef.in(record, field);
        return refs.stream()
                .filter(ref -> hash == null || ref.hash().hex().equals(hash))
                .findFirst()
                .orElseThrow(
                        () -> new CliFailure("the field " + field + " of " + key + " refers to no such attachment"));
    }

    /** Whole or not at all. */
    private static void write(Replica replica, AttachmentRef ref, Path file) throws IOException {
        Path target = file.toAbsolutePath();
        Path temporary = target.resolveSibling(target.getFileName() + ".part");
        try (InputStream in = replica.attachments()
                .open(ref)
                .orElseThrow(() -> new CliFailure("the attachment was removed meanwhile; try again"))) {
            Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
