package io.anabranch.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What concurrent edits come to, one decision each. */
final class RecordTest {

    private static final Value X = Value.of("x");
    private static final Value Y = Value.of("y");
    private static final Value Z = Value.of("z");

    private final Site a = new Site(1);
    private final Site b = new Site(2);
    private final Site c = new Site(Long.MIN_VALUE);

    @Test
    void concurrentFirstCreationGivesOneRecordWithTheFieldsOfBoth() {
        a.edit(edit -> edit.set("name", X));
        b.edit(edit -> edit.set("phone", Y));
        Record both = Site.meet(a, b);
        assertThat(both.alive()).isTrue();
        assertThat(both.value("name")).contains(X);
        assertThat(both.value("phone")).contains(Y);
    }

    @Test
    void addWinsOverConcurrentRemoveAcrossThreeReplicas() {
        a.edit(edit -> edit.add("topics", X));
        Site.meet(a, b, c);
        Record removed = b.edit(edit -> edit.remove("topics", X));
        Record addedAgain = c.edit(edit -> edit.add("topics", X));
        a.get(removed).get(addedAgain);
        assertThat(a.view.elements("topics")).containsExactly(X);
        assertThat(a.get(removed).view.elements("topics")).containsExactly(X);
        a.edit(edit -> edit.remove("topics", X));
        assertThat(Site.meet(a, b, c).elements("topics")).isEmpty();
    }

    @Test
    void removeOfOneElementKeepsTheOthers() {
        a.edit(edit -> edit.add("topics", X).add("topics", Y));
        a.edit(edit -> edit.remove("topics", X));
        assertThat(a.view.elements("topics")).containsExactly(Y);
    }

    @Test
    void enableWinsOverConcurrentDisable() {
        a.edit(edit -> edit.enable("urgent"));
        Site.meet(a, b);
        a.edit(edit -> edit.disable("urgent"));
        assertThat(a.view.flag("urgent")).isFalse();
        b.edit(edit -> edit.enable("urgent"));
        assertThat(Site.meet(a, b).flag("urgent")).isTrue();
    }

    @Test
    void multiKeepsConcurrentValuesUntilTheNextWrite() {
        a.at(5).edit(edit -> edit.setMulti("stage", X));
        b.at(7).edit(edit -> edit.setMulti("stage", Y));
        assertThat(Site.meet(a, b).values("stage")).containsExactly(Y, X);
        a.at(1).edit(edit -> edit.setMulti("stage", Z));
        assertThat(Site.meet(a, b).values("stage")).containsExactly(Z);
    }

    @Test
    void registerThatLostIsStillShown() {
        a.at(5).edit(edit -> edit.set("name", X));
        b.at(7).edit(edit -> edit.set("name", Y));
        Record both = Site.meet(a, b);
        assertThat(both.value("name")).contains(Y);
        assertThat(both.values("name")).containsExactly(Y, X);
    }

    @Test
    void laterWriteThatSawAnotherWinsWhateverItsClockSays() {
        a.at(1000).edit(edit -> edit.set("name", X));
        Site.meet(a, b);
        b.at(1).edit(edit -> edit.set("name", Y));
        assertThat(Site.meet(a, b).values("name")).containsExactly(Y);
    }

    @Test
    void equalStampsAreDecidedByReplicaIdUnsigned() {
        a.edit(edit -> edit.set("name", X));
        b.edit(edit -> edit.set("name", Y));
        c.edit(edit -> edit.set("name", Z));
        assertThat(a.view.join(b.view).value("name")).contains(Y);
        assertThat(b.view.join(a.view).value("name")).contains(Y);
        assertThat(Site.meet(a, b, c).values("name")).containsExactly(Z, Y, X);
    }

    @Test
    void twoWritesOfOneReplicaThatDidNotSeeEachOtherStayBoth() {
        Record seen = Record.empty(Site.KEY);
        Record first = written(seen, 1, X);
        Record second = written(seen, 3, Y);
        Record both = first.join(second);
        assertThat(both.values("name")).containsExactly(Y, X);
        assertThat(Record.decode(Site.KEY, both.encode())).isEqualTo(both);
        a.get(both).edit(edit -> edit.set("name", Z));
        assertThat(a.view.values("name")).containsExactly(Z);
    }

    private static Record written(Record seen, long n, Value value) {
        return new RecordEdit(seen, null, new RecordEdit.Author(1, n, 7))
                .set("name", value)
                .build();
    }

    @Test
    void clearOfAValueKeepsTheConcurrentOne() {
        a.edit(edit -> edit.set("name", X));
        Site.meet(a, b, c);
        b.edit(edit -> edit.set("name", Y));
        c.edit(edit -> edit.clear("name"));
        assertThat(Site.meet(a, b, c).values("name")).containsExactly(Y);
    }

    @Test
    void clearEmptiesEveryKind() {
        a.edit(edit -> edit.set("register", X)
                .setMulti("multi", X)
                .increment("counter", 3)
                .add("set", X)
                .enable("flag"));
        List<String> names = List.of("register", "multi", "counter", "set", "flag");
        a.edit(edit -> names.forEach(edit::clear));
        assertThat(a.view.value("register")).isEmpty();
        assertThat(a.view.values("multi")).isEmpty();
        assertThat(a.view.count("counter")).isZero();
        assertThat(a.view.elements("set")).isEmpty();
        assertThat(a.view.flag("flag")).isFalse();
        assertThat(a.view.alive()).isTrue();
    }

    @Test
    void fieldThatChangesItsKindHoldsTheNewKindOnly() {
        a.edit(edit -> edit.set("topics", X).increment("visits", 4));
        a.edit(edit -> edit.add("topics", Y).set("visits", X));
        assertThat(a.view.values("topics")).isEmpty();
        assertThat(a.view.elements("topics")).containsExactly(Y);
        assertThat(a.view.count("visits")).isZero();
        assertThat(a.view.value("visits")).contains(X);
    }

    @Test
    void deltaThatComesBeforeTheOneItFollowsGivesTheSame() {
        Record first = a.edit(edit -> edit.set("name", X).add("topics", X));
        Record second = a.edit(edit -> edit.set("name", Y).remove("topics", X));
        b.get(second);
        assertThat(b.view.values("name")).containsExactly(Y);
        b.get(first);
        assertThat(b.view).isEqualTo(a.view);
        assertThat(b.view.encode()).isEqualTo(a.view.encode());
    }

    @Test
    void duplicatedDeltasCountOnce() {
        Record delta = a.edit(edit -> edit.increment("visits", 2));
        b.get(delta, delta, a.view, delta);
        assertThat(b.view.count("visits")).isEqualTo(2);
    }

    @Test
    void holesInAContextNeverDelete() {
        Record first = a.edit(edit -> edit.set("name", X));
        Record second = a.edit(edit -> edit.set("phone", Y));
        Record third = a.edit(edit -> edit.set("city", Z));
        c.get(third);
        b.get(second, c.view, first);
        assertThat(b.view).isEqualTo(a.view);
        assertThat(b.view.value("name")).contains(X);
    }

    @Test
    void sameContentOfAnotherHistoryHasOtherBytes() {
        a.edit(edit -> edit.set("name", X));
        b.edit(edit -> edit.set("name", X));
        assertThat(a.view.encode()).isNotEqualTo(b.view.encode());
        assertThat(a.view.join(b.view).digest()).isEqualTo(b.view.join(a.view).digest());
    }

    @Test
    void namesElementsAndKeysSortAsUtf8() {
        String fullWidth = "\uFF5E";
        String emoji = "\uD83D\uDE00";
        a.edit(edit -> edit.set(emoji, X)
                .set(fullWidth, Y)
                .add("topics", Value.of(emoji))
                .add("topics", Value.of(fullWidth)));
        assertThat(a.view.fields())
                .extracting(field -> field.name().name())
                .containsExactly("", "topics", fullWidth, emoji);
        assertThat(a.view.elements("topics")).containsExactly(Value.of(fullWidth), Value.of(emoji));
        assertThat(new RecordKey("t", fullWidth)).isLessThan(new RecordKey("t", emoji));
        assertThat(new RecordKey(fullWidth, "i")).isLessThan(new RecordKey(emoji, "i"));
        assertThat(Record.decode(Site.KEY, a.view.encode())).isEqualTo(a.view);
    }

    @Test
    void unknownKindsAndValueTypesAreKeptJoinedAndForwarded() {
        Value unknown = new Value.Opaque(900, new byte[] {1, 2});
        Entry entry = new Entry(new Value.Opaque(7, new byte[0]), new Dot(9, 1), 5, unknown);
        Field field = new Field(new FieldName("future", new Kind(300)), null, List.of(entry));
        Record future = new Record(Site.KEY, DotSet.ofSpan(9, 1, 1), List.of(field));
        a.edit(edit -> edit.set("name", X));
        a.get(Record.decode(Site.KEY, future.encode()));
        Record forwarded = Record.decode(Site.KEY, a.view.encode());
        assertThat(forwarded.field(field.name())).contains(field);
        Record superseding = new Record(Site.KEY, DotSet.ofSpan(9, 1, 2), List.of());
        assertThat(forwarded.join(superseding).field(field.name())).isEmpty();
        a.edit(edit -> edit.clear("future"));
        assertThat(a.view.field(field.name())).isEmpty();
    }
}
