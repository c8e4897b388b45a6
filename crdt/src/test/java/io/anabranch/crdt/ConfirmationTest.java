package io.anabranch.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Edits on top of others that the relay has not confirmed, or refuses; and what the relay does to records. */
final class ConfirmationTest {

    private static final Value OLD = Value.of("old");
    private static final Value REFUSED = Value.of("refused");
    private static final Value NEW = Value.of("new");

    private final Site a = new Site(1);
    private final Site b = new Site(2);
    private Record base = Record.empty(Site.KEY);

    private void confirm(Record delta, long sequence) {
        base = base.join(delta).folded(new Position(1, sequence));
    }

    @Test
    void editAfterARefusedEditLeavesNoOlderValueBesideIt() {
        confirm(a.edit(edit -> edit.set("name", OLD)), 1);
        a.edit(base, edit -> edit.set("name", REFUSED));
        Record after = a.edit(base, edit -> edit.set("name", NEW));
        assertThat(base.join(after).values("name")).containsExactly(NEW);
    }

    @Test
    void clearAfterARefusedChangeOfKindClearsTheBaseToo() {
        confirm(a.edit(edit -> edit.set("name", OLD)), 1);
        a.edit(base, edit -> edit.setMulti("name", REFUSED));
        Record after = a.edit(base, edit -> edit.clear("name"));
        assertThat(base.join(after).values("name")).isEmpty();
    }

    @Test
    void creationAfterARefusedDeletionClearsTheBaseToo() {
        confirm(a.edit(edit -> edit.set("name", OLD).set("city", OLD)), 1);
        a.edit(base, edit -> edit.clear("city"));
        a.edit(base, RecordEdit::delete);
        Record after = a.edit(base, edit -> edit.set("name", NEW));
        Record confirmed = base.join(after);
        assertThat(confirmed.values("name")).containsExactly(NEW);
        assertThat(confirmed.value("city")).isEmpty();
    }

    @Test
    void removeAfterARefusedRemoveIsARemove() {
        confirm(a.edit(edit -> edit.add("topics", OLD)), 1);
        a.edit(base, edit -> edit.remove("topics", OLD));
        Record after = a.edit(base, edit -> edit.remove("topics", OLD));
        assertThat(base.join(after).elements("topics")).isEmpty();
    }

    @Test
    void foldedCounterKeepsIncrementsThatAreNotConfirmed() {
        Record first = a.edit(edit -> edit.increment("visits", 2));
        Record second = a.edit(edit -> edit.increment("visits", 3));
        Record others = b.get(first).edit(edit -> edit.increment("visits", 10));
        confirm(first, 1);
        confirm(others, 2);
        assertThat(base.join(second).count("visits")).isEqualTo(15);
        assertThat(a.get(base).view.count("visits")).isEqualTo(15);
        confirm(second, 3);
        assertThat(a.get(base).view).isEqualTo(base);
    }

    @Test
    void refusedIncrementIsNotCarriedByTheNext() {
        confirm(a.edit(edit -> edit.increment("visits", 1)), 1);
        a.edit(base, edit -> edit.increment("visits", 100));
        Record after = a.edit(base, edit -> edit.increment("visits", 5));
        confirm(after, 2);
        assertThat(base.count("visits")).isEqualTo(6);
    }

    @Test
    void earlierFoldNeverComesBack() {
        confirm(a.edit(edit -> edit.increment("visits", 1)), 1);
        Record early = base;
        confirm(a.edit(edit -> edit.increment("visits", 2)), 2);
        assertThat(early.join(base)).isEqualTo(base);
        assertThat(base.join(early)).isEqualTo(base);
    }

    @Test
    void clampedDeltaKeepsTheRelaysStampWhereBothAreHeld() {
        Record late = a.at(1_000_000).edit(edit -> edit.set("name", NEW));
        long stampMax = HybridClock.stamp(500, 0);
        confirm(late.clamped(stampMax), 1);
        assertThat(base.join(late)).isEqualTo(base);
        assertThat(base.fields().get(1).entries().get(0).stamp()).isEqualTo(stampMax);
    }

    @Test
    void repeatedDeltaHasDotsOfItsOwnAndReplacesTheRefusedOne() {
        confirm(a.edit(edit -> edit.set("name", OLD)), 1);
        Record refused =
                a.edit(base, edit -> edit.set("name", NEW).add("topics", NEW).increment("visits", 2));
        RecordEdit.Author author = new RecordEdit.Author(1, a.view.context().last(1) + 1, 9);
        Record again = RecordEdit.repeat(refused, author);
        Record confirmed = base.join(again);
        assertThat(confirmed.values("name")).containsExactly(NEW);
        assertThat(confirmed.count("visits")).isEqualTo(2);
        assertThat(a.get(again).view.count("visits")).isEqualTo(4 - 2);
        assertThat(a.view.elements("topics")).containsExactly(NEW);
    }

    @Test
    void patchReplacesOnlyTheFieldsThatChanged() {
        confirm(a.edit(edit -> edit.set("name", OLD).set("city", OLD).add("topics", OLD)), 1);
        Record before = base;
        confirm(a.edit(edit -> edit.set("name", NEW).clear("city")), 2);
        FieldName name = new FieldName("name", Kind.REGISTER);
        FieldName city = new FieldName("city", Kind.REGISTER);
        Record patch = base.only(Set.of(name, FieldName.LIFE));
        assertThat(before.patched(patch, Set.of(city))).isEqualTo(base);
    }
}
