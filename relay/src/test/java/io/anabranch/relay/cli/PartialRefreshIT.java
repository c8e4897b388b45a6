package io.anabranch.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.server.RelayServer;
import io.anabranch.relay.server.RelayServerOptions;
import io.anabranch.replica.state.ReplicaFamilies;
import io.anabranch.replica.storage.Durability;
import io.anabranch.replica.storage.RocksDbOptions;
import io.anabranch.replica.storage.RocksDbStorage;
import io.anabranch.replica.storage.WriteBatch;
import io.anabranch.replica.wire.RecordKeys;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Refreshes of one type and of one record, through the commands. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PartialRefreshIT {

    private static final String SCHEMA = """
            types:
              account:
                fields:
                  name: {type: text}
              visit:
                fields:
                  account: {type: reference, references: account}
              note:
                fields:
                  text: {type: text}
            """;

    @TempDir
    private Path directory;

    @Test
    void onlyThePartThatIsNamedIsPutRight() throws IOException {
        try (RelayServer relay = RelayServer.start(RelayServerOptions.in(directory.resolve("relay")))) {
            device(
                    "enrol",
                    "--relay",
                    relay.address(),
                    "--code",
                    relay.administration().createEnrolmentCode("a").getCode());
            device("put", "account/1", "name=Harbour");
            device("put", "account/2", "name=Quay");
            device("put", "visit/1", "account=1");
            device("put", "note/1", "text=short");
            device("sync");
            configure();
            device("sync");
            lose("account/1", "account/2", "visit/1", "note/1");
            device("put", "account/3", "name=River");

            assertThat(repaired("refresh", "--type", "account")).isEqualTo(2);
            assertThat(device("get", "account/2")).contains("Quay");
            assertThat(Ran.device(data(), "get", "visit/1").status()).isNotZero();

            assertThat(repaired("refresh", "--record", "account/1")).isEqualTo(1);
            assertThat(device("get", "visit/1")).contains("account");
            assertThat(Ran.device(data(), "get", "note/1").status()).isNotZero();

            assertThat(repaired("refresh", "--record", "note/1")).isEqualTo(1);
            assertThat(repaired("refresh", "--type", "note")).isZero();
            assertThat(device("tracking")).contains("refresh");
            assertThat(Ran.device(data(), "sync", "--type", "note").status()).isNotZero();
            assertThat(Ran.device(data(), "sync", "refresh", "--type", "note", "--record", "note/1")
                            .status())
                    .isNotZero();
        }
    }

    private void configure() throws IOException {
        String file =
                Files.writeString(directory.resolve("schema.yaml"), SCHEMA).toString();
        Ran applied = Ran.relay(
                "schema", "apply", file, "--data", directory.resolve("relay").toString());
        assertThat(applied.status()).as(applied.err()).isZero();
    }

    private int repaired(String... arguments) {
        String[] sync = new String[arguments.length + 2];
        sync[0] = "sync";
        System.arraycopy(arguments, 0, sync, 1, arguments.length);
        sync[sync.length - 1] = "--json";
        return new JsonObject(device(sync)).getJsonObject("audit").getInteger("repaired");
    }

    /** As if the device had forgotten them. */
    private void lose(String... keys) {
        try (RocksDbStorage storage =
                RocksDbStorage.open(data().resolve("store"), ReplicaFamilies.all(), RocksDbOptions.defaults())) {
            WriteBatch batch = new WriteBatch();
            for (String key : keys) {
                String[] parts = key.split("/", -1);
                batch.delete(ReplicaFamilies.RECORDS, RecordKeys.encode(new RecordKey(parts[0], parts[1])));
            }
            storage.write(batch, Durability.SYNC);
        }
    }

    private Path data() {
        return directory.resolve("device");
    }

    private String device(String... arguments) {
        Ran ran = Ran.device(data(), arguments);
        assertThat(ran.status()).as(ran.err()).isZero();
        return ran.out();
    }
}
