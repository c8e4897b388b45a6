package io.anabranch.replica.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordEdit.DeleteRule;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import io.anabranch.replica.query.Operand;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each reason for which a change is rejected, and what is let through beside it. */
class CommitCheckTest {

    private static final RecordKey CALL = new RecordKey("call", "c1");

    private final Others others = new Others();
    private DeleteRule life = DeleteRule.EDIT_WINS;
    private long replica = 1;

    private static final class Others implements Surroundings {

        private final Set<RecordKey> missing = new HashSet<>();
        private final Set<Value> taken = new HashSet<>();
        private final List<Record> accounts = new ArrayList<>();
        private boolean complete = true;

        @Override
        public boolean isComplete() {
            return complete;
        }

        @Override
        public boolean isMissing(RecordKey key) {
            return missing.contains(key);
        }

        @Override
        public boolean isTaken(RecordKey own, String field, Value value) {
            return taken.contains(value);
        }

        @Override
        public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
            return accounts;
        }

        @Override
        public long nowMillis() {
            return 0;
        }

        @Override
        public ZoneId zone() {
            return ZoneOffset.UTC;
        }
    }

    private Record delta(Record view, UnaryOperator<RecordEdit> edit) {
        replica++;
        return edit.apply(new RecordEdit(view, null, new RecordEdit.Author(replica, 1, replica << 16), life))
                .build();
    }

    private Record made(UnaryOperator<RecordEdit> edit) {
        return edited(Record.empty(CALL), edit);
    }

    private Record edited(Record before, UnaryOperator<RecordEdit> edit) {
        return before.join(delta(before, edit));
    }

    private Optional<Rejection> judge(Configuration by, Record before, UnaryOperator<RecordEdit> edit) {
        return judge(by, before, delta(before, edit), "rep");
    }

    private Optional<Rejection> judge(Configuration by, Record before, Record delta, String profile) {
        return new CommitCheck(by)
                .check(Configured.writer(profile), new Change(before, before.join(delta), delta), others);
    }

    private static Configuration call(String... registers) {
        return new Configured().type("call", registers).configuration();
    }

    private static void assertRejected(Optional<Rejection> verdict, RejectionCode code, String field) {
        assertThat(verdict).isPresent();
        Rejection rejection = verdict.get();
        assertThat(rejection.getCode()).isEqualTo(code);
        assertThat(rejection.getField()).isEqualTo(field);
        assertThat(rejection.getType()).isEqualTo("call");
        assertThat(rejection.getId()).isEqualTo("c1");
        assertThat(rejection.getMessage()).isNotBlank();
    }

    @Test
    void withoutConfigurationEverythingIsAccepted() {
        assertThat(judge(Configuration.EMPTY, Record.empty(CALL), edit -> edit.set("x", Value.of(1))))
                .isEmpty();
        Record made = made(RecordEdit::create);
        assertThat(judge(Configuration.EMPTY, made, RecordEdit::delete)).isEmpty();
    }

    @Test
    void configurationIsNotWrittenByDevices() {
        RecordKey key = ConfigurationType.USER.key("maria");
        Record delta = delta(Record.empty(key), edit -> edit.set("profile", Value.of("boss")));
        Optional<Rejection> verdict = judge(Configuration.EMPTY, Record.empty(key), delta, "");
        assertThat(verdict.orElseThrow().getCode()).isEqualTo(RejectionCode.INSUFFICIENT_ACCESS);
    }

    @Test
    void aNewRecordNeedsEveryRequiredField() {
        Configuration by = call("field.name", "{'required':true}", "field.note", "{}");
        assertRejected(
                judge(by, Record.empty(CALL), edit -> edit.set("note", Value.of("x"))),
                RejectionCode.REQUIRED_FIELD_MISSING,
                "name");
        assertRejected(
                judge(by, Record.empty(CALL), edit -> edit.set("name", Value.of("  "))),
                RejectionCode.REQUIRED_FIELD_MISSING,
                "name");
        assertThat(judge(by, Record.empty(CALL), edit -> edit.set("name", Value.of("x"))))
                .isEmpty();
    }

    @Test
    void anOldRecordMayLackWhatIsRequiredSinceButNotLoseIt() {
        Configuration by = call("field.name", "{'required':true}", "field.note", "{}");
        Record old = made(edit -> edit.set("note", Value.of("x")));
        assertThat(judge(by, old, edit -> edit.set("note", Value.of("y")))).isEmpty();
        assertThat(judge(by, old, RecordEdit::delete)).isEmpty();
        Record named = edited(old, edit -> edit.set("name", Value.of("n")));
        assertRejected(judge(by, named, edit -> edit.clear("name")), RejectionCode.REQUIRED_FIELD_MISSING, "name");
    }

    @Test
    void anOldValueMayBreakWhatIsAskedSince() {
        Configuration by = call("field.status", "{'type':'picklist','values':['open']}", "field.note", "{}");
        Record old = made(edit -> edit.set("status", Value.of("gone")));
        assertThat(judge(by, old, edit -> edit.set("note", Value.of("y")))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "integer, 1.5, false",
        "integer, 7, true",
        "decimal, 1.5, true",
        "decimal, 7, true",
        "text, 7, false",
        "text, abc, true",
        "boolean, true, true",
        "boolean, yes, false",
        "date, 2012-05-01, true",
        "date, 2012-02-30, false",
        "date, 2012-5-1, false",
        "datetime, 1335862800000, true",
        "datetime, 2012-05-01T09:30:00Z, true",
        "datetime, 2012-05-01, false",
        "email, ann@example.org, true",
        "email, ann at example, false",
        "url, https://example.org/x, true",
        "url, example.org, false",
        "any, 7, true",
        "of-the-future, 7, true",
    })
    void valuesAreOfTheFieldsType(String content, String written, boolean right) {
        Configuration by = call("field.x", "{'type':'" + content + "'}");
        Optional<Rejection> verdict = judge(by, Record.empty(CALL), edit -> edit.set("x", value(written)));
        if (right) {
            assertThat(verdict).isEmpty();
        } else {
            assertRejected(verdict, RejectionCode.WRONG_TYPE, "x");
            assertThat(verdict.orElseThrow().getDetailsMap()).containsEntry("expected", content);
        }
    }

    private static Value value(String written) {
        if (written.matches("-?\\d+")) {
            return Value.of(Long.parseLong(written));
        } else if (written.matches("-?\\d+\\.\\d+")) {
            return Value.of(Double.parseDouble(written));
        }
        return written.equals("true") ? Value.of(true) : Value.of(written);
    }

    @Test
    void kindsAreTheFieldsKinds() {
        Configuration by = call("field.topics", "{'kind':'set'}", "field.visits", "{'kind':'counter'}");
        assertThat(judge(
                        by,
                        Record.empty(CALL),
                        edit -> edit.add("topics", Value.of("a")).increment("visits", 2)))
                .isEmpty();
        assertRejected(
                judge(by, Record.empty(CALL), edit -> edit.set("topics", Value.of("a"))),
                RejectionCode.WRONG_TYPE,
                "topics");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"type\":\"text\",\"length\":3}', abc, true",
        "'{\"type\":\"text\",\"length\":3}', abcd, false",
        "'{\"type\":\"text\",\"length\":3}', \uD83D\uDE00\uD83D\uDE00\uD83D\uDE00, true",
        "'{\"type\":\"decimal\",\"precision\":5,\"scale\":2}', 123.45, true",
        "'{\"type\":\"decimal\",\"precision\":5,\"scale\":2}', 123.456, false",
        "'{\"type\":\"decimal\",\"precision\":5,\"scale\":2}', 1234, false",
        "'{\"type\":\"integer\",\"precision\":2}', 99, true",
        "'{\"type\":\"integer\",\"precision\":2}', -100, false",
    })
    void valuesFit(String field, String written, boolean fits) {
        Optional<Rejection> verdict =
                judge(call("field.x", field), Record.empty(CALL), edit -> edit.set("x", value(written)));
        if (fits) {
            assertThat(verdict).isEmpty();
        } else {
            assertRejected(verdict, RejectionCode.TOO_LONG, "x");
        }
    }

    @Test
    void picklistsMayDependOnTheRecordType() {
        Configuration by = call(
                "recordTypes",
                "['visit','phone']",
                "field.status",
                "{'type':'picklist','values':['open','done','rang'],'valuesFor':{'visit':['open','done']}}");
        assertThat(judge(by, Record.empty(CALL), edit -> status(edit, "phone", "rang")))
                .isEmpty();
        assertRejected(
                judge(by, Record.empty(CALL), edit -> status(edit, "visit", "rang")),
                RejectionCode.NOT_IN_PICKLIST,
                "status");
        assertRejected(
                judge(by, Record.empty(CALL), edit -> status(edit, "letter", "open")),
                RejectionCode.NOT_IN_PICKLIST,
                ObjectType.RECORD_TYPE);
    }

    private static RecordEdit status(RecordEdit edit, String recordType, String status) {
        return edit.set(ObjectType.RECORD_TYPE, Value.of(recordType)).set("status", Value.of(status));
    }

    @Test
    void uniqueValuesAreNotTakenTwice() {
        Configuration by = call("field.code", "{'unique':true}", "field.note", "{}");
        others.taken.add(Value.of("A1"));
        assertRejected(
                judge(by, Record.empty(CALL), edit -> edit.set("code", Value.of("A1"))),
                RejectionCode.DUPLICATE_VALUE,
                "code");
        assertThat(judge(by, Record.empty(CALL), edit -> edit.set("code", Value.of("A2"))))
                .isEmpty();
        assertThat(judge(by, Record.empty(CALL), edit -> edit.set("note", Value.of("A1"))))
                .isEmpty();
    }

    @Test
    void referencesAreToRecordsThatExist() {
        Configuration by = call("field.account", "{'type':'reference','references':'account'}");
        others.missing.add(new RecordKey("account", "gone"));
        assertRejected(
                judge(by, Record.empty(CALL), edit -> edit.set("account", Value.of("gone"))),
                RejectionCode.INVALID_REFERENCE,
                "account");
        assertThat(judge(by, Record.empty(CALL), edit -> edit.set("account", Value.of("a1"))))
                .isEmpty();
    }

    @Test
    void whereDeletionWinsAnEditOfADeletedRecordIsRejected() {
        Configuration by = call("life", "deleteWins", "field.note", "{}");
        Record made = made(edit -> edit.set("note", Value.of("x")));
        Record unaware = delta(made, edit -> edit.set("note", Value.of("y")));
        Record deleted = edited(made, RecordEdit::delete);
        assertRejected(judge(by, deleted, unaware, ""), RejectionCode.RECORD_DELETED, "");
        assertThat(judge(call("field.note", "{}"), deleted, unaware, "")).isEmpty();
        assertThat(judge(by, deleted, RecordEdit::undelete)).isEmpty();
        assertThat(judge(by, deleted, edit -> edit.set("note", Value.of("anew"))))
                .isEmpty();
        assertThat(judge(by, deleted, delta(made, RecordEdit::delete), "")).isEmpty();
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

    @Test
    void aValidationRuleMustNotBeFalse() {
        Configuration by = call(
                "field.visits",
                "{}",
                "validation.few",
                "{'check':'visits <= 3','message':'At most three visits.'}",
                "validation.kept",
                "{'when':['delete'],'check':'visits = 0','message':'Visited records stay.'}");
        Optional<Rejection> verdict = judge(by, Record.empty(CALL), edit -> edit.set("visits", Value.of(4)));
        assertRejected(verdict, RejectionCode.VALIDATION_FAILED, "");
        assertThat(verdict.orElseThrow().getMessage()).isEqualTo("At most three visits.");
        assertThat(verdict.orElseThrow().getDetailsMap()).containsEntry("rule", "few");
        assertThat(judge(by, Record.empty(CALL), RecordEdit::create)).isEmpty();
        Record visited = made(edit -> edit.set("visits", Value.of(2)));
        assertRejected(judge(by, visited, RecordEdit::delete), RejectionCode.VALIDATION_FAILED, "");
        assertThat(judge(by, made(RecordEdit::create), RecordEdit::delete)).isEmpty();
    }

    @Test
    void aValidationRuleMayBeOfARecordTypeAlone() {
        Configuration by = call(
                "recordTypes",
                "['visit','phone']",
                "field.status",
                "{}",
                "validation.seen",
                "{'recordTypes':['visit'],'check':'status <> `rang`'}");
        assertThat(judge(by, Record.empty(CALL), edit -> status(edit, "phone", "rang")))
                .isEmpty();
        assertRejected(
                judge(by, Record.empty(CALL), edit -> status(edit, "visit", "rang")),
                RejectionCode.VALIDATION_FAILED,
                "");
    }

    @Test
    void anOldRecordMayBreakARuleThatTheChangeDoesNotTouch() {
        Configuration by = call("field.visits", "{}", "field.note", "{}", "validation.few", "{'check':'visits <= 3'}");
        Record old = made(edit -> edit.set("visits", Value.of(9)));
        assertThat(judge(by, old, edit -> edit.set("note", Value.of("x")))).isEmpty();
        assertRejected(judge(by, old, edit -> edit.set("visits", Value.of(8))), RejectionCode.VALIDATION_FAILED, "");
    }

    @Test
    void conditionsWithSubQueriesAreLeftToWhoeverKnowsAllRecords() {
        Configuration by = call(
                "field.account",
                "{}",
                "validation.own",
                "{'check':'account IN (SELECT id FROM account WHERE owner = :user.id)'}");
        Record ann = Record.empty(new RecordKey("account", "a1"));
        ann = ann.join(delta(ann, edit -> edit.set("owner", Value.of("ann"))));
        Record maria = Record.empty(new RecordKey("account", "a2"));
        maria = maria.join(delta(maria, edit -> edit.set("owner", Value.of("maria"))));
        others.accounts.addAll(List.of(ann, maria));
        assertRejected(
                judge(by, Record.empty(CALL), edit -> edit.set("account", Value.of("a1"))),
                RejectionCode.VALIDATION_FAILED,
                "");
        assertThat(judge(by, Record.empty(CALL), edit -> edit.set("account", Value.of("a2"))))
                .isEmpty();
        others.complete = false;
        assertThat(judge(by, Record.empty(CALL), edit -> edit.set("account", Value.of("a1"))))
                .isEmpty();
    }

    @Test
    void defaultsFillWhatANewRecordLacks() {
        ObjectType type = Optional.ofNullable(call(
                                "field.status",
                                "{'default':'open'}",
                                "field.topics",
                                "{'kind':'set','default':'news'}",
                                "field.note",
                                "{'default':'none'}")
                        .types()
                        .get("call"))
                .orElseThrow();
        RecordEdit edit = new RecordEdit(Record.empty(CALL), null, new RecordEdit.Author(1, 1, 1 << 16));
        edit.set("note", Value.of("mine"));
        Defaults.write(type, edit.build(), edit);
        Record made = edit.build();
        assertThat(made.value("status")).contains(Value.of("open"));
        assertThat(made.elements("topics")).containsExactly(Value.of("news"));
        assertThat(made.value("note")).contains(Value.of("mine"));
        RecordEdit later = new RecordEdit(made, null, new RecordEdit.Author(1, 9, 2 << 16));
        later.clear("status");
        Defaults.write(type, later.build(), later);
        assertThat(made.join(later.build()).value("status")).isEmpty();
    }

    @Test
    void whatTheSchemaDoesNotNameIsOutdated() {
        Configuration by = new Configured().type("call", "field.note", "{}").configuration("visit");
        assertRejected(
                judge(by, Record.empty(CALL), edit -> edit.set("fax", Value.of("x"))),
                RejectionCode.SCHEMA_OUTDATED,
                "fax");
        Record old = made(edit -> edit.set("fax", Value.of("x")));
        assertThat(judge(by, old, edit -> edit.clear("fax"))).isEmpty();
        RecordKey visit = new RecordKey("visit", "v");
        Record delta = delta(Record.empty(visit), RecordEdit::create);
        assertThat(judge(by, Record.empty(visit), delta, "").orElseThrow().getCode())
                .isEqualTo(RejectionCode.SCHEMA_OUTDATED);
        RecordKey free = new RecordKey("memo", "m");
        assertThat(judge(by, Record.empty(free), delta(Record.empty(free), RecordEdit::create), ""))
                .isEmpty();
    }
}
