package io.anabranch.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is larger than the heap goes through a relay; {@code -Danabranch.attachment.mebibytes=1024} for one of a gigabyte. */
class LargeAttachmentIT {

    private static final long SIZE = Long.getLong("anabranch.attachment.mebibytes", 96) << 20;

    @TempDir
    private Path directory;

    @Test
    void aFileLargerThanTheHeapGoesThrough() throws Exception {
        File told = directory.resolve("told.txt").toFile();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeAttachment.class.getName(),
                        directory.resolve("data").toString(),
                        Long.toString(SIZE))
                .redirectErrorStream(true)
                .redirectOutput(told)
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(Files.readString(told.toPath())).contains("equal");
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
