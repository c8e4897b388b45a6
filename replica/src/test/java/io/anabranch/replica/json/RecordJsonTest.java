package io.anabranch.replica.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordJsonTest {

    private static final RecordKey KEY = new RecordKey("account", "a\"1");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private long nextStamp = 1;

    @Test
    void aRecordIsWrittenWithItsFieldsInOrder() {
        Record record = edited(
                Record.empty(KEY),
                1,
                edit -> edit.set("text", Value.of("é\n"))
                        .set("whole", Value.of(Long.MIN_VALUE))
                        .set("real", Value.of(38.0))
                        .set("third", Value.of(0.1))
                        .set("bool", Value.of(false))
                        .set("bytes", Value.of(new byte[] {1, -1}))
                        .set("nan", Value.of(Double.NaN))
                        .set("\uFFFD", Value.of(1))
                        .set("😀", Value.of(2))
                        .increment("count", 3)
                        .add("set", Value.of("b"))
                        .add("set", Value.of("a"))
                        .setMulti("multi", Value.of("x"))
                        .enable("flag"));
        assertThat(RecordJson.line(record))
                .isEqualTo("{\"type\":\"account\",\"id\":\"a\\\"1\",\"fields\":{\"bool\":false,"
                        + "\"bytes\":{\"$base64\":\"Af8=\"},\"count\":3,\"flag\":true,\"multi\":\"x\",\"nan\":{\"$real\":\"NaN\"},"
                        + "\"real\":38.0,\"set\":[\"a\",\"b\"],\"text\":\"é\\n\",\"third\":0.1,"
                        + "\"whole\":-9223372036854775808,\"\uFFFD\":1,\"😀\":2}}");
    }

    @Test
    void concurrentValuesOfAMultiAreListed() {
        Record base = edited(Record.empty(KEY), 1, RecordEdit::create);
        Record left = edited(base, 2, edit -> edit.setMulti("owner", Value.of("ann")));
        Record right = edited(base, 3, edit -> edit.setMulti("owner", Value.of("bob")));
        assertThat(RecordJson.line(left.join(right))).contains("\"owner\":{\"$multi\":[\"bob\",\"ann\"]}");
    }

    @Test
    void onlyALiveRecordIsWritten() {
        assertThatIllegalArgumentException().isThrownBy(() -> RecordJson.line(Record.empty(KEY)));
    }

    @Test
    void jsonBecomesFields() {
        Record record = applied(Record.empty(KEY), """
                {"text": "x", "whole": 9223372036854775807, "big": 9223372036854775808, "real": 38.0, "exponent": 1e3,
                 "yes": true, "list": ["a", 1, 1.5, false, "a"], "empty": [], "none": null, "bytes": {"$base64": "Af8="}}
                """);
        assertThat(record.value("whole")).hasValue(Value.of(Long.MAX_VALUE));
        assertThat(record.value("big")).hasValue(Value.of(0x1p63));
        assertThat(record.value("real")).hasValue(Value.of(38.0));
        assertThat(record.value("exponent")).hasValue(Value.of(1000.0));
        assertThat(record.value("yes")).hasValue(Value.of(true));
        assertThat(record.value("bytes")).hasValue(Value.of(new byte[] {1, -1}));
        assertThat(record.elements("list"))
                .containsExactlyInAnyOrder(Value.of("a"), Value.of(1), Value.of(1.5), Value.of(false));
        assertThat(RecordJson.line(record)).doesNotContain("empty").doesNotContain("none");
    }

    @Test
    void anObjectWithoutFieldsCreatesTheRecord() {
        assertThat(applied(Record.empty(KEY), "{}").alive()).isTrue();
    }

    @Test
    void whatIsAlreadyThereIsNotWritten() {
        Record record = edited(
                Record.empty(KEY),
                1,
                edit -> edit.set("a", Value.of("x"))
                        .set("b", Value.of(2.0))
                        .add("s", Value.of("e"))
                        .increment("c", 5)
                        .setMulti("m", Value.of("y"))
                        .enable("f"));
        assertThat(delta(record, fieldsOf(record)).isEmpty()).isTrue();
        assertThat(delta(record, "{}").isEmpty()).isTrue();
        assertThat(delta(record, "{\"none\": null, \"s\": [\"e\", \"e\"]}").isEmpty())
                .isTrue();
        assertThat(delta(record, "{\"b\": 2}").isEmpty()).isFalse();
    }

    @Test
    void aRegisterWithConcurrentValuesIsWrittenToSettleIt() {
        Record base = edited(Record.empty(KEY), 1, RecordEdit::create);
        Record left = edited(base, 2, edit -> edit.set("a", Value.of("x")));
        Record right = edited(base, 3, edit -> edit.set("a", Value.of("y")));
        Record both = left.join(right);
        assertThat(both.values("a")).hasSize(2);
        assertThat(applied(both, "{\"a\": \"y\"}").values("a")).containsExactly(Value.of("y"));
    }

    @Test
    void aListMakesTheSetJustItsElements() {
        Record record = applied(Record.empty(KEY), "{\"s\": [\"a\", \"b\"]}");
        assertThat(applied(record, "{\"s\": [\"b\", \"c\"]}").elements("s"))
                .containsExactly(Value.of("b"), Value.of("c"));
        assertThat(applied(record, "{\"s\": []}").elements("s")).isEmpty();
        assertThat(applied(record, "{\"s\": \"text\"}").elements("s")).isEmpty();
    }

    @Test
    void aFieldChangesItsKind() {
        Record record = applied(Record.empty(KEY), "{\"f\": \"x\"}");
        Record set = applied(record, "{\"f\": [\"y\"]}");
        assertThat(set.value("f")).isEmpty();
        assertThat(set.elements("f")).containsExactly(Value.of("y"));
        assertThat(applied(set, "{\"f\": null}").fields()).hasSize(1);
    }

    @Test
    void aCounterIsSetByTheDifference() {
        Record record = edited(Record.empty(KEY), 1, edit -> edit.increment("c", 5));
        Record left = applied(record, "{\"c\": 7}");
        assertThat(left.count("c")).isEqualTo(7);
        assertThat(left.value("c")).isEmpty();
        assertThat(applied(left, "{\"c\": null}").count("c")).isZero();
    }

    @Test
    void aFlagIsTurnedOff() {
        Record record = edited(Record.empty(KEY), 1, edit -> edit.enable("f"));
        assertThat(applied(record, "{\"f\": false}").flag("f")).isFalse();
    }

    @Test
    void aDeletedRecordIsCreatedWithoutItsOldFields() {
        Record record = applied(Record.empty(KEY), "{\"a\": \"x\", \"b\": \"y\"}");
        Record deleted = edited(record, 1, RecordEdit::delete);
        Record again = applied(deleted, "{\"a\": \"x\"}");
        assertThat(again.value("a")).hasValue(Value.of("x"));
        assertThat(again.value("b")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"bad\": {\"a\": 1}}",
                "{\"bad\": {}}",
                "{\"bad\": [[1]]}",
                "{\"bad\": [null]}",
                "{\"bad\": [{\"a\": 1}]}",
                "{\"bad\": 1e400}",
                "{\"bad\": \"\\ud800\"}",
                "{\"bad\": {\"$base64\": \"?\"}}",
            })
    void whatARecordCannotHoldIsRefusedByName(String json) {
        assertThatExceptionOfType(InvalidFieldException.class)
                .isThrownBy(() -> applied(Record.empty(KEY), json))
                .satisfies(e -> assertThat(e.field()).isEqualTo("bad"))
                .withMessageContaining("{field=\"bad\"}");
    }

    @Test
    void namesAreChecked() {
        assertThatExceptionOfType(InvalidFieldException.class)
                .isThrownBy(() -> applied(Record.empty(KEY), "{\"\": 1}"));
        assertThatExceptionOfType(InvalidFieldException.class)
                .isThrownBy(() -> applied(Record.empty(KEY), "{\"" + "x".repeat(256) + "\": 1}"));
    }

    private Record edited(Record record, long replica, Consumer<RecordEdit> changes) {
        RecordEdit edit = edit(record, replica);
        changes.accept(edit);
        return record.join(edit.build());
    }

    private Record applied(Record record, String json) {
        return record.join(delta(record, json));
    }

    private Record delta(Record record, String json) {
        RecordEdit edit = edit(record, 1);
        FieldsJson.apply(object(json), record, edit);
        return edit.build();
    }

    private RecordEdit edit(Record record, long replica) {
        long firstN = record.context().last(replica) + 1;
        return new RecordEdit(record, null, new RecordEdit.Author(replica, firstN, nextStamp++));
    }

    private static String fieldsOf(Record record) {
        return object(RecordJson.line(record)).get("fields").toString();
    }

    private static ObjectNode object(String json) {
        try {
            return (ObjectNode) MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
