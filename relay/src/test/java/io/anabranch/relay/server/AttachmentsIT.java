package io.anabranch.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.replica.Replica;
import io.anabranch.replica.ReplicaOptions;
import io.anabranch.replica.SyncWay;
import io.anabranch.replica.attachment.AttachmentException;
import io.anabranch.replica.attachment.AttachmentException.Code;
import io.anabranch.replica.attachment.AttachmentOptions;
import io.anabranch.replica.attachment.AttachmentStatus.State;
import io.anabranch.replica.attachment.ChunkList;
import io.anabranch.replica.attachment.TransferReport;
import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.grpc.RelayAddress;
import io.anabranch.replica.identity.EnrolmentCode;
import io.anabranch.replica.schema.AttachmentPolicy;
import io.anabranch.replica.tracking.NetworkKind;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attachments between devices through a relay, over TLS. */
class AttachmentsIT {

    private static final AttachmentOptions ON_DEMAND =
            AttachmentOptions.defaults().withPolicy(AttachmentPolicy.ON_DEMAND);

    @TempDir
    private Path directory;

    private RelayServer relay;

    @BeforeEach
    void start() {
        relay = RelayServer.start(RelayServerOptions.in(directory.resolve("relay")));
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    private Replica device(String name, AttachmentOptions attachments) {
        Replica replica =
                Replica.open(directory.resolve(name), ReplicaOptions.defaults().withAttachments(attachments));
        if (replica.identity().isEmpty()) {
            String code = relay.administration().createEnrolmentCode(name).getCode();
            replica.enrol(new RelayAddress("127.0.0.1", relay.port()), EnrolmentCode.parse(code), "tablet");
        }
        return replica;
    }

    private static byte[] content(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static AttachmentRef attach(Replica replica, String id, byte[] content) {
        AttachmentRef ref = replica.attachments().add(new ByteArrayInputStream(content), "image/png", "door.png");
        replica.commit(tx -> tx.record("visit", id).set("photo", ref.value()));
        return ref;
    }

    private static TransferReport sync(Replica replica) {
        replica.sync(SyncWay.INCREMENTAL);
        return replica.attachments().transfer(progress -> {}).join();
    }

    private static byte[] read(Replica replica, AttachmentRef ref) throws Exception {
        try (InputStream in = replica.attachments().open(ref).orElseThrow()) {
            return in.readAllBytes();
        }
    }

    private static void fetchFails(Code code, Replica replica, AttachmentRef ref) {
        assertThatThrownBy(() -> replica.attachments().fetch(ref, size -> {}).join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        AttachmentException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void contentGoesUpAfterItsRecordAndComesWithIt() throws Exception {
        byte[] content = content(5 * ChunkList.CHUNK_SIZE + 17);
        try (Replica ann = device("ann", AttachmentOptions.defaults());
                Replica bob = device("bob", AttachmentOptions.defaults())) {
            AttachmentRef ref = attach(ann, "v1", content);
            assertThat(ann.attachments().status(ref).waiting()).isTrue();
            sync(ann);
            assertThat(ann.attachments().status(ref).waiting()).isFalse();
            assertThat(relay.attachmentContent().store().isHere(ref.hash())).isTrue();
            sync(bob);
            assertThat(read(bob, ref)).isEqualTo(content);
            assertThat(bob.attachments().list())
                    .singleElement()
                    .satisfies(status -> assertThat(status.state()).isEqualTo(State.HERE));
        }
    }

    @Test
    void aLiveDeviceSendsAndTakesByItself() {
        try (Replica ann = device("ann", AttachmentOptions.defaults());
                Replica bob = device("bob", AttachmentOptions.defaults())) {
            ann.live();
            bob.live();
            AttachmentRef ref = attach(ann, "v1", content(300_000));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(bob.attachments().status(ref).state()).isEqualTo(State.HERE));
        }
    }

    @Test
    void aRecordIsThereBeforeItsContent() throws Exception {
        byte[] content = content(700_000);
        try (Replica ann = device("ann", AttachmentOptions.defaults());
                Replica bob = device("bob", ON_DEMAND)) {
            ann.network(NetworkKind.NONE);
            AttachmentRef ref = attach(ann, "v1", content);
            sync(ann);
            sync(bob);
            assertThat(bob.get("visit", "v1").orElseThrow().value("photo")).contains(ref.value());
            assertThat(bob.attachments().status(ref).state()).isEqualTo(State.ABSENT);
            assertThat(bob.attachments().open(ref)).isEmpty();
            fetchFails(Code.ABSENT, bob, ref);
            ann.network(NetworkKind.METERED);
            assertThat(sync(ann).waiting()).isZero();
            sync(bob);
            assertThat(bob.attachments().status(ref).state()).isEqualTo(State.ABSENT);
            bob.attachments().fetch(ref, size -> {}).join();
            assertThat(read(bob, ref)).isEqualTo(content);
        }
    }

    @Test
    void aCancelledTransferGoesOnAfterTheDeviceWasOpenedAgain() throws Exception {
        byte[] content = content(40 * ChunkList.CHUNK_SIZE);
        AttachmentRef ref;
        try (Replica ann = device("ann", AttachmentOptions.defaults())) {
            ref = attach(ann, "v1", content);
            sync(ann);
        }
        try (Replica bob = device("bob", ON_DEMAND)) {
            sync(bob);
            CompletableFuture<CompletableFuture<?>> started = new CompletableFuture<>();
            CompletableFuture<AttachmentRef> fetching = bob.attachments().fetch(ref, size -> {
                if (size >= 3L * ChunkList.CHUNK_SIZE) {
                    started.join().cancel(false);
                }
            });
            started.complete(fetching);
            assertThatThrownBy(fetching::join).isInstanceOf(java.util.concurrent.CancellationException.class);
        }
        try (Replica bob = device("bob", ON_DEMAND)) {
            assertThat(bob.attachments().status(ref).state()).isEqualTo(State.PARTLY);
            long before = bob.attachments().status(ref).sizeHere();
            AtomicReference<Long> first = new AtomicReference<>();
            bob.attachments()
                    .fetch(ref, size -> first.compareAndSet(null, size))
                    .join();
            assertThat(first.get())
                    .isGreaterThanOrEqualTo(3L * ChunkList.CHUNK_SIZE)
                    .isEqualTo(before);
            assertThat(read(bob, ref)).isEqualTo(content);
        }
    }

    @Test
    void whatNoCommitRefersToIsNotSent() {
        try (Replica ann = device("ann", AttachmentOptions.defaults())) {
            AttachmentRef ref =
                    ann.attachments().add(new ByteArrayInputStream(content(1_000)), "text/plain", "note.txt");
            assertThat(sync(ann).waiting()).isEqualTo(1);
            assertThat(relay.attachmentContent().store().isHere(ref.hash())).isFalse();
            ann.commit(tx -> tx.record("visit", "v1").add("papers", ref.value()));
            assertThat(sync(ann).waiting()).isZero();
            assertThat(relay.attachmentContent().store().isHere(ref.hash())).isTrue();
        }
    }

    @Test
    void theOldestGoesBeyondTheBudgetAndComesBackWhenAsked() throws Exception {
        byte[] old = content(400_000);
        AttachmentOptions small = ON_DEMAND.withBudget(500_000);
        try (Replica ann = device("ann", small)) {
            AttachmentRef first = attach(ann, "v1", old);
            AttachmentRef second = attach(ann, "v2", content(400_001));
            assertThat(ann.attachments().status(first).state()).isEqualTo(State.HERE);
            sync(ann);
            AttachmentRef third = attach(ann, "v3", content(400_002));
            assertThat(ann.attachments().status(first).state()).isEqualTo(State.ABSENT);
            assertThat(ann.attachments().status(second).state()).isEqualTo(State.ABSENT);
            assertThat(ann.attachments().status(third).state()).isEqualTo(State.HERE);
            sync(ann);
            ann.attachments().fetch(first, size -> {}).join();
            assertThat(read(ann, first)).isEqualTo(old);
            assertThat(ann.attachments().status(third).state()).isEqualTo(State.ABSENT);
        }
    }

    @Test
    void aRelayThatIsGoneIsSaid() {
        try (Replica ann = device("ann", ON_DEMAND)) {
            AttachmentRef ref = attach(ann, "v1", content(1_000));
            ann.sync(SyncWay.INCREMENTAL);
            relay.close();
            AttachmentRef other = new AttachmentRef(new ContentHash("0".repeat(64)), 5, "image/png", "");
            fetchFails(Code.UNREACHABLE, ann, other);
            assertThat(ann.attachments().open(ref)).isPresent();
        }
    }
}
