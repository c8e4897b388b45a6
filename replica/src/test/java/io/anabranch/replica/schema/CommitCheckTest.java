package io.anabranch.replica.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the schema asks of a change, and what is let through beside it. */
final class CommitCheckTest extends CheckedChanges {

    @Test
    void withoutConfigurationEverythingIsAccepted() {
        assertThat(judge(Configuration.EMPTY, Record.empty(CALL), edit -> edit.set("x", Value.of(1))))
                .isEmpty();
        Record made = made(RecordEdit::create);
        assertThat(judge(Configuration.EMPTY, made, RecordEdit::delete)).isEmpty();
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
