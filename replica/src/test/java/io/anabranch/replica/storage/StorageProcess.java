package io.anabranch.replica.storage;

import static io.anabranch.replica.storage.StorageContract.A;
import static io.anabranch.replica.storage.StorageContract.B;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A process of its own that writes synced batches to a store and prints the number of each one acknowledged. */
final class StorageProcess implements AutoCloseable {
    static final RocksDbOptions OPTIONS = new RocksDbOptions(1 << 20, 32 << 20, 32, 2, false);

    private final Process process;
    private final BufferedReader output;

    private StorageProcess(List<String> command) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a process whose batches have values of this size, after the words of a command that runs it. */
    static StorageProcess start(Path dir, int valueSize, String... prefix) throws IOException {
        List<String> command = new ArrayList<>(Arrays.asList(prefix));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                // A killed process leaves the native library it unpacked.
                "-Djava.io.tmpdir=" + dir.toAbsolutePath().getParent(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                StorageProcess.class.getName(),
                dir.toString(),
                Integer.toString(valueSize)));
        return new StorageProcess(command);
    }

    String line() throws IOException {
        return output.readLine();
    }

    /** Kills the process as {@code kill -9} does and returns what it had printed and was not read. */
    List<String> kill() throws IOException, InterruptedException {
        // Unlike the process, its handle leaves the output open.
        process.toHandle().destroyForcibly();
        process.waitFor();
        return output.lines().toList();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        output.close();
    }

    public static void main(String[] arguments) {
        Storage storage = RocksDbStorage.open(Path.of(arguments[0]), List.of(A, B), OPTIONS);
        byte[] value = new byte[Integer.parseInt(arguments[1])];
        new Random(1).nextBytes(value);
        for (int number = 0; ; number++) {
            try {
                storage.write(batch(number, value), Durability.SYNC);
                System.out.println(number);
            } catch (StorageException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    static byte[] key(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    private static WriteBatch batch(int number, byte[] value) {
        WriteBatch batch = new WriteBatch();
        batch.put(A, key(number), value);
        batch.put(B, key(number), value);
        return batch;
    }
}
