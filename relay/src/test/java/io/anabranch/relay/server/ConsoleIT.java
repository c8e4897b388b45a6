package io.anabranch.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.proto.SyncGrpc;
import io.anabranch.proto.UploadHello;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.replica.identity.TlsIdentity;
import io.anabranch.replica.wire.WireLimits;
import io.grpc.stub.StreamObserver;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages, as programs read them. */
class ConsoleIT {

    @TempDir
    private Path directory;

    private RelayServer relay;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        relay = RelayServer.start(RelayServerOptions.in(directory));
        TlsIdentity any = relay.authority().issueAdministrator("not shown");
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(null, new TrustManager[] {any.trustManager()}, new SecureRandom());
        client = HttpClient.newBuilder().sslContext(tls).build();
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path);
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + relay.port() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void sync(TestDevice device) {
        Received<UploadRequest, UploadReply> verdicts = Received.reading();
        StreamObserver<UploadRequest> up = SyncGrpc.newStub(device.channel()).upload(verdicts);
        up.onNext(UploadRequest.newBuilder()
                .setHello(UploadHello.newBuilder()
                        .setProtocol(WireLimits.PROTOCOL)
                        .setFirstUnjudgedSeq(1))
                .build());
        up.onNext(UploadRequest.newBuilder()
                .setBatch(device.create("account", 3, "Harbour Clinic").toMessage())
                .build());
        assertThat(verdicts.next().hasWelcome()).isTrue();
        assertThat(verdicts.next().hasVerdicts()).isTrue();
    }

    @Test
    void theFirstPageShowsDevicesAndRecords() throws Exception {
        try (TestDevice device = TestDevice.enrol(relay, "<script>alert('ann')</script>", 7)) {
            sync(device);
            HttpResponse<String> page = get("/");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body())
                    .contains(
                            "&lt;script&gt;alert(&#39;ann&#39;)&lt;/script&gt;",
                            "0000000000000007",
                            "connected",
                            "account")
                    .doesNotContain("<script>alert");
            assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
                    .contains("default-src 'none'")
                    .doesNotContain("unsafe-inline");
            JsonObject overview = new JsonObject(get("/api/overview").body());
            assertThat(overview.getLong("sequence")).isEqualTo(4);
            assertThat(overview.getJsonObject("recordsByType").getLong("account"))
                    .isEqualTo(3);
            JsonObject line = overview.getJsonArray("devices").getJsonObject(0);
            assertThat(line.getBoolean("connected")).isTrue();
            assertThat(line.getLong("behind")).isEqualTo(4);
        }
    }

    @Test
    void healthAndMetricsAreThere() throws Exception {
        try (TestDevice device = TestDevice.enrol(relay, "ann", 7)) {
            sync(device);
            assertThat(new JsonObject(get("/health").body()))
                    .isEqualTo(
                            new JsonObject("{\"status\":\"up\",\"checks\":{\"sequencer\":\"up\",\"store\":\"up\"}}"));
            assertThat(get("/metrics").body())
                    .contains(
                            "anabranch_commits_total{verdict=\"accepted\"} 3.0",
                            "anabranch_devices_connected 1.0",
                            "anabranch_append_seconds_count 2",
                            "anabranch_sequencer_waiting",
                            "anabranch_messages_bytes_total{direction=\"up\"}",
                            "jvm_memory_used_bytes",
                            "vertx_http_server");
        }
    }

    @Test
    void thereIsNothingElseAndNothingToChange() throws Exception {
        assertThat(get("/no-such-page").statusCode()).isEqualTo(404);
        assertThat(get("/../administrator.pem").statusCode()).isEqualTo(404);
        assertThat(send("POST", "/").statusCode()).isEqualTo(405);
        assertThat(send("DELETE", "/api/overview").statusCode()).isEqualTo(405);
        assertThat(get("/console.js").headers().firstValue("content-type").orElseThrow())
                .startsWith("text/javascript");
        assertThat(get("/console.css").statusCode()).isEqualTo(200);
    }
}
