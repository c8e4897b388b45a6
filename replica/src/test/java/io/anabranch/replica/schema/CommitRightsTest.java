package io.anabranch.replica.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who may change what: profiles, fields, rows, locks. */
final class CommitRightsTest extends CheckedChanges {

    @Test
    void configurationIsNotWrittenByDevices() {
        RecordKey key = ConfigurationType.USER.key("maria");
        Record delta = delta(Record.empty(key), edit -> edit.set("profile", Value.of("boss")));
        Optional<Rejection> verdict = judge(Configuration.EMPTY, Record.empty(key), delta, "");
        assertThat(verdict.orElseThrow().getCode()).isEqualTo(RejectionCode.INSUFFICIENT_ACCESS);
    }

    @Test
    void aLockedRecordIsOnlyAnAdministratorsToChange() {
        Configuration by = new Configured()
                .type("call", "lock", "status = `done`", "field.status", "{}")
                .profile("boss", "administrator", "true")
                .configuration();
        Record open = made(edit -> edit.set("status", Value.of("open")));
        Record close = delta(open, edit -> edit.set("status", Value.of("done")));
        assertThat(judge(by, open, close, "")).isEmpty();
        Record done = edited(open, edit -> edit.set("status", Value.of("done")));
        Record reopen = delta(done, edit -> edit.set("status", Value.of("open")));
        assertRejected(judge(by, done, reopen, ""), RejectionCode.RECORD_LOCKED, "");
        assertRejected(judge(by, done, delta(done, RecordEdit::delete), ""), RejectionCode.RECORD_LOCKED, "");
        assertThat(judge(by, done, reopen, "boss")).isEmpty();
    }

    @Test
    void aProfileSaysWhatItsUsersMayDo() {
        Configuration by = new Configured()
                .profile("rep", "type.call", "{'create':true,'read':true,'edit':true,'fields':{'grade':'read'}}")
                .profile("none", "type.account", "{'create':true,'read':true,'edit':true,'delete':true}")
                .profile("all")
                .configuration();
        Record made = made(edit -> edit.set("note", Value.of("x")));
        Record graded = delta(made, edit -> edit.set("grade", Value.of(1)));
        Record deletion = delta(made, RecordEdit::delete);
        Record creation = delta(Record.empty(CALL), edit -> edit.set("note", Value.of("x")));
        assertThat(judge(by, Record.empty(CALL), creation, "rep")).isEmpty();
        assertRejected(judge(by, made, graded, "rep"), RejectionCode.INSUFFICIENT_ACCESS, "grade");
        assertRejected(judge(by, made, deletion, "rep"), RejectionCode.INSUFFICIENT_ACCESS, "");
        assertRejected(judge(by, Record.empty(CALL), creation, "none"), RejectionCode.INSUFFICIENT_ACCESS, "");
        assertRejected(judge(by, Record.empty(CALL), creation, "missing"), RejectionCode.INSUFFICIENT_ACCESS, "");
        for (String profile : new String[] {"all", ""}) {
            assertThat(judge(by, made, graded, profile)).isEmpty();
            assertThat(judge(by, made, deletion, profile)).isEmpty();
        }
    }

    @Test
    void aDeletionThatAnEditSurvivesStillNeedsTheRight() {
        Configuration by = new Configured()
                .profile("rep", "type.call", "{'create':true,'read':true,'edit':true}")
                .configuration();
        Record made = made(edit -> edit.set("note", Value.of("x")));
        Record one = delta(made, edit -> edit.set("note", Value.of("y")));
        Record deletion = delta(made.join(one), RecordEdit::delete);
        Record edited = edited(made, edit -> edit.set("note", Value.of("z"))).join(one);
        assertThat(edited.join(deletion).alive()).isTrue();
        assertRejected(judge(by, edited, deletion, "rep"), RejectionCode.INSUFFICIENT_ACCESS, "");
    }

    @Test
    void rowsAreAskedBeforeAndAfter() {
        Configuration by = new Configured()
                .profile(
                        "rep",
                        "type.call",
                        "{'create':true,'read':true,'edit':true,'delete':true,'rows':'territory = `West`'}")
                .configuration();
        Record west = made(edit -> edit.set("territory", Value.of("West")));
        Record east = made(edit -> edit.set("territory", Value.of("East")));
        assertThat(judge(by, west, edit -> edit.set("note", Value.of("x")))).isEmpty();
        assertThat(judge(by, west, RecordEdit::delete)).isEmpty();
        for (Record before : new Record[] {Record.empty(CALL), west, east}) {
            Optional<Rejection> verdict = judge(by, before, edit -> edit.set("territory", Value.of("East")));
            assertRejected(verdict, RejectionCode.INSUFFICIENT_ACCESS, "");
            assertThat(verdict.orElseThrow().getDetailsMap()).containsEntry("right", "row");
        }
        assertRejected(
                judge(by, east, edit -> edit.set("territory", Value.of("West"))),
                RejectionCode.INSUFFICIENT_ACCESS,
                "");
        assertRejected(judge(by, east, RecordEdit::delete), RejectionCode.INSUFFICIENT_ACCESS, "");
    }

    @Test
    void anInactiveUserChangesNothing() {
        Writer gone = new Writer(new UserAccount("maria", "", false, Map.of()), Map.of());
        Record delta = delta(Record.empty(CALL), RecordEdit::create);
        assertRejected(
                new CommitCheck(Configuration.EMPTY).check(gone, new Change(Record.empty(CALL), delta, delta), others),
                RejectionCode.INSUFFICIENT_ACCESS,
                "");
    }

    @Test
    void aReadOnlyFieldIsGivenToNewRecordsOnly() {
        Configuration by = call("field.source", "{'readOnly':true}", "field.note", "{}");
        assertThat(judge(by, Record.empty(CALL), edit -> edit.set("source", Value.of("web"))))
                .isEmpty();
        Record made = made(edit -> edit.set("source", Value.of("web")));
        assertThat(judge(by, made, edit -> edit.set("note", Value.of("x")))).isEmpty();
        assertRejected(
                judge(by, made, edit -> edit.set("source", Value.of("fair"))),
                RejectionCode.INSUFFICIENT_ACCESS,
                "source");
        assertRejected(judge(by, made, edit -> edit.clear("source")), RejectionCode.INSUFFICIENT_ACCESS, "source");
    }
}
