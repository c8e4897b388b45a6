package io.anabranch.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Deleting, bringing back, and creating again. */
final class DeletionTest {

    private static final Value X = Value.of("x");
    private static final Value Y = Value.of("y");

    private final Site a = new Site(1);
    private final Site b = new Site(2);

    @Test
    void concurrentEditBringsTheWholeRecordBack() {
        a.edit(edit -> edit.set("name", X).add("topics", X).increment("visits", 3));
        Site.meet(a, b);
        a.edit(RecordEdit::delete);
        assertThat(a.view.alive()).isFalse();
        b.edit(edit -> edit.set("phone", Y));
        Record both = Site.meet(a, b);
        assertThat(both.alive()).isTrue();
        assertThat(both.value("name")).contains(X);
        assertThat(both.elements("topics")).containsExactly(X);
        assertThat(both.count("visits")).isEqualTo(3);
        assertThat(both.value("phone")).contains(Y);
    }

    @Test
    void deletionWinsWhereTheTypeSaysSo() {
        a.deleteWins().edit(edit -> edit.set("name", X));
        Site.meet(a, b.deleteWins());
        a.edit(RecordEdit::delete);
        b.edit(edit -> edit.set("phone", Y));
        assertThat(Site.meet(a, b).alive()).isFalse();
    }

    @Test
    void editThatSawTheDeletionCreatesAnew() {
        a.edit(edit -> edit.set("name", X).set("city", X).increment("visits", 3).add("topics", X));
        a.edit(RecordEdit::delete);
        Record delta = a.edit(edit -> edit.set("name", Y).increment("visits", 1));
        assertThat(delta.creates()).isTrue();
        assertThat(a.view.alive()).isTrue();
        assertThat(a.view.values("name")).containsExactly(Y);
        assertThat(a.view.value("city")).isEmpty();
        assertThat(a.view.count("visits")).isEqualTo(1);
        assertThat(a.view.elements("topics")).isEmpty();
    }

    @Test
    void undeleteBringsTheFieldsBack() {
        a.edit(edit -> edit.set("name", X).increment("visits", 3));
        a.edit(RecordEdit::delete);
        Record delta = a.edit(edit -> edit.undelete().set("phone", Y));
        assertThat(delta.creates()).isFalse();
        assertThat(a.view.alive()).isTrue();
        assertThat(a.view.value("name")).contains(X);
        assertThat(a.view.value("phone")).contains(Y);
        assertThat(a.view.count("visits")).isEqualTo(3);
    }

    @Test
    void undeleteOfWhatNobodyKnowsCreates() {
        assertThat(a.edit(RecordEdit::undelete).creates()).isTrue();
    }

    @Test
    void deletionOfWhatNobodyKnowsChangesNothing() {
        assertThat(a.edit(RecordEdit::delete).isEmpty()).isTrue();
    }

    @Test
    void deleteDropsTheEarlierChangesOfTheEdit() {
        a.edit(edit -> edit.set("name", X));
        a.edit(edit -> edit.set("name", Y).increment("visits", 1).delete());
        assertThat(a.view.alive()).isFalse();
        assertThat(a.view.value("name")).contains(X);
        assertThat(a.view.count("visits")).isZero();
    }

    @Test
    void createAndDeleteInOneEditOfADeletedRecordKeepWhatUndeleteNeeds() {
        a.edit(edit -> edit.set("name", X));
        a.edit(RecordEdit::delete);
        a.edit(edit -> edit.set("name", Y).delete());
        a.edit(RecordEdit::undelete);
        assertThat(a.view.value("name")).contains(X);
    }

    @Test
    void deleteAndSetInOneEditLeavesOnlyWhatWasSet() {
        a.edit(edit -> edit.set("name", X).set("city", X).add("topics", X).enable("urgent"));
        a.edit(edit -> edit.delete().add("topics", Y));
        assertThat(a.view.alive()).isTrue();
        assertThat(a.view.value("name")).isEmpty();
        assertThat(a.view.elements("topics")).containsExactly(Y);
        assertThat(a.view.flag("urgent")).isFalse();
    }

    @Test
    void counterOfADeletedRecordIsCountedBackOnce() {
        a.edit(edit -> edit.increment("visits", 10));
        a.edit(RecordEdit::delete);
        a.edit(edit -> edit.clear("visits"));
        assertThat(a.view.count("visits")).isZero();
        a.edit(RecordEdit::delete);
        a.edit(edit -> edit.increment("visits", 4).clear("visits").increment("visits", 2));
        assertThat(a.view.count("visits")).isEqualTo(2);
    }

    @Test
    void lifeIsNotAFieldToClear() {
        a.edit(edit -> edit.set("name", X));
        assertThatThrownBy(() -> a.edit(edit -> edit.clear(""))).isInstanceOf(IllegalArgumentException.class);
        assertThat(a.view.alive()).isTrue();
    }
}
