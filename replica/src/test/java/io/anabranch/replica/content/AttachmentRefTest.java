package io.anabranch.replica.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import org.junit.jupiter.api.Test;

/** How fields refer to content. */
final class AttachmentRefTest {

    private static final ContentHash HASH = new ContentHash("ab".repeat(32));

    @Test
    void itsTextIsReadAsItIsWritten() {
        AttachmentRef ref = new AttachmentRef(HASH, 12, "image/svg+xml", "the door: 2.svg");
        assertThat(AttachmentRef.parse(ref.text())).contains(ref);
        assertThat(AttachmentRef.of(ref.value())).contains(ref);
        assertThat(AttachmentRef.parse(new AttachmentRef(HASH, 0, "text/plain", "").text()))
                .isPresent();
    }

    @Test
    void otherTextsAreNoReferences() {
        String good = "attachment:" + HASH + ":12:image/png:a.png";
        assertThat(AttachmentRef.parse(good)).isPresent();
        assertThat(AttachmentRef.parse("x" + good)).isEmpty();
        assertThat(AttachmentRef.parse(good.replace("ab", "AB"))).isEmpty();
        assertThat(AttachmentRef.parse(good.replace(":12:", ":012:"))).isEmpty();
        assertThat(AttachmentRef.parse(good.replace(":12:", ":-1:"))).isEmpty();
        assertThat(AttachmentRef.parse(good.replace(":12:", ":9999999999999:"))).isEmpty();
        assertThat(AttachmentRef.parse(good.replace("image/png", "image/png\r\nx-evil")))
                .isEmpty();
        assertThat(AttachmentRef.parse(good.replace("a.png", "../a.png"))).isEmpty();
        assertThat(AttachmentRef.parse("attachment:" + HASH)).isEmpty();
        assertThat(AttachmentRef.of(Value.of(7))).isEmpty();
    }

    @Test
    void aHashIsAlwaysAFileName() {
        assertThatThrownBy(() -> new ContentHash("../../../etc/passwd")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRecordRefersByRegistersAndSets() {
        RecordKey key = new RecordKey("visit", "v1");
        AttachmentRef photo = new AttachmentRef(HASH, 1, "image/png", "a");
        AttachmentRef plan = new AttachmentRef(new ContentHash("cd".repeat(32)), 1, "image/png", "b");
        Record record = Record.empty(key)
                .join(new RecordEdit(Record.empty(key), null, new RecordEdit.Author(1, 1, 1 << 16))
                        .set("photo", photo.value())
                        .set("note", Value.of("none"))
                        .add("plans", plan.value())
                        .build());
        assertThat(AttachmentRef.in(record)).containsExactlyInAnyOrder(photo, plan);
        assertThat(AttachmentRef.in(record, "plans")).containsExactly(plan);
        assertThat(AttachmentRef.in(record, "note")).isEmpty();
    }
}
