package io.anabranch.relay.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.scope.Scopes.Reader;
import io.anabranch.relay.store.AttachmentReferrers.Referrer;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.testkit.CommitMaker;
import io.anabranch.replica.attachment.ContentStore;
import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.schema.AttachmentPolicy;
import io.anabranch.replica.storage.MemoryStorage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who refers to content, who may read it, and when it goes. */
final class RelayAttachmentsTest {

    private static final long GRACE_MILLIS = 1_000;
    private static final RecordKey VISIT = new RecordKey("visit", "v1");
    private static final RecordKey OTHER = new RecordKey("visit", "v2");

    private final KeyValueRelayStore store =
            KeyValueRelayStore.open(new MemoryStorage(KeyValueRelayStore.FAMILIES), new Random(1));
    private final CommitMaker ann = new CommitMaker(7);
    private final AtomicLong nowMillis = new AtomicLong(50_000);

    @TempDir
    private Path directory;

    private ContentStore content;

    private AttachmentRef photo;

    @BeforeEach
    void keep() throws IOException {
        content = ContentStore.open(directory, new ContentStore.Limits(1 << 20, 0));
        photo = new AttachmentRef(
                content.add(new ByteArrayInputStream(new byte[1_000])).hash(), 1_000, "image/png", "door.png");
    }

    private RelayAttachments attachments(AttachmentRights rights) {
        return new RelayAttachments(
                content,
                store.attachmentReferrers(),
                rights,
                new RelayAttachments.Keeping(() -> Instant.ofEpochMilli(nowMillis.get()), GRACE_MILLIS));
    }

    private void save(RecordKey key, UnaryOperator<RecordEdit> change) {
        VerifiedCommits commit = ann.commit(ann.delta(stored(key), change));
        Admission admission =
                new Admission(store, AdmissionLimits.DEFAULT, AdmissionRule.ACCEPT_ALL, () -> CommitMaker.NOW);
        try (Round round = admission.begin()) {
            round.read(List.of(commit));
            round.admit(commit);
            round.append();
        }
    }

    private Record stored(RecordKey key) {
        try (RelayView view = store.view()) {
            return view.record(key).map(record -> record.record()).orElse(Record.empty(key));
        }
    }

    private List<RecordKey> referrers(ContentHash hash) {
        return store.attachmentReferrers().of(hash, null, 10).stream()
                .map(Referrer::key)
                .toList();
    }

    @Test
    void aRecordRefersAsSoonAsItsCommitIsAccepted() {
        assertThat(referrers(photo.hash())).isEmpty();
        save(VISIT, edit -> edit.set("photo", photo.value()));
        save(OTHER, edit -> edit.add("papers", photo.value()));
        assertThat(referrers(photo.hash())).containsExactly(VISIT, OTHER);
        assertThat(store.attachmentReferrers().of(photo.hash(), VISIT, 10))
                .singleElement()
                .satisfies(referrer -> assertThat(referrer.key()).isEqualTo(OTHER))
                .satisfies(referrer -> assertThat(referrer.ref()).isEqualTo(photo));
        save(VISIT, edit -> edit.set("photo", Value.of("none")));
        assertThat(referrers(photo.hash())).containsExactly(OTHER);
        store.attachmentReferrers().collect();
        assertThat(referrers(photo.hash())).containsExactly(OTHER);
    }

    @Test
    void whoIsGivenContentByOneRecordThatRefersIsGivenIt() {
        save(VISIT, edit -> edit.set("photo", photo.value()));
        save(OTHER, edit -> edit.set("photo", photo.value()));
        RelayAttachments attachments = attachments(
                reader -> (record, hash) -> policy(reader.user(), record.key().equals(OTHER)));
        assertThat(attachments.given(photo.hash(), new Reader(1, "bob")).isGiven())
                .isTrue();
        assertThat(attachments.given(photo.hash(), new Reader(1, "bob")).ref()).contains(photo);
        assertThat(attachments.given(photo.hash(), new Reader(1, "pat")).policy())
                .contains(AttachmentPolicy.NONE);
        assertThat(attachments.given(photo.hash(), new Reader(1, "pat")).isGiven())
                .isFalse();
        assertThat(attachments.given(photo.hash(), new Reader(1, "eve")).policy())
                .isEmpty();
        save(OTHER, edit -> edit.delete());
        assertThat(attachments.given(photo.hash(), new Reader(1, "bob")).isGiven())
                .isFalse();
        assertThat(attachments.reference(photo.hash())).contains(photo);
    }

    private static Optional<AttachmentPolicy> policy(String user, boolean isOther) {
        return switch (user) {
            case "bob" -> Optional.of(isOther ? AttachmentPolicy.UNMETERED : AttachmentPolicy.NONE);
            case "pat" -> Optional.of(AttachmentPolicy.NONE);
            default -> Optional.empty();
        };
    }

    @Test
    void orphansGoAfterTheirGrace() {
        RelayAttachments attachments = attachments(AttachmentRights.EVERYTHING);
        save(VISIT, edit -> edit.set("photo", photo.value()));
        attachments.sweep();
        nowMillis.addAndGet(10 * GRACE_MILLIS);
        attachments.sweep();
        assertThat(content.isHere(photo.hash())).isTrue();
        save(VISIT, edit -> edit.delete());
        attachments.sweep();
        nowMillis.addAndGet(GRACE_MILLIS);
        attachments.sweep();
        assertThat(content.isHere(photo.hash())).isTrue();
        save(VISIT, edit -> edit.undelete());
        attachments.sweep();
        save(VISIT, edit -> edit.delete());
        nowMillis.addAndGet(GRACE_MILLIS);
        attachments.sweep();
        assertThat(content.isHere(photo.hash())).isTrue();
        nowMillis.addAndGet(GRACE_MILLIS + 1);
        attachments.sweep();
        assertThat(content.isHere(photo.hash())).isFalse();
    }
}
