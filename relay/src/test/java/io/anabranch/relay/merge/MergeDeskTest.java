package io.anabranch.relay.merge;

import static io.anabranch.relay.merge.MergeWorld.account;
import static io.anabranch.relay.merge.MergeWorld.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.crdt.Field;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Takeover;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import io.anabranch.relay.admission.MergedRecords;
import io.anabranch.relay.testkit.CommitMaker;
import io.anabranch.replica.state.SyncError;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MergeDeskTest {

    private final MergeWorld world = new MergeWorld();
    private final CommitMaker maria = new CommitMaker(7);
    private final CommitMaker tom = new CommitMaker(8);

    @BeforeEach
    void makeAccounts() {
        for (String id : new String[] {"a", "b", "c"}) {
            accept(world.commit(maria, world.delta(maria, account(id), edit -> edit.set("name", Value.of(id)))));
        }
    }

    private static void accept(Optional<Rejection> rejection) {
        assertThat(rejection).isEmpty();
    }

    private static RecordEdit refer(RecordEdit edit, String id) {
        return edit.set("account", Value.of(id))
                .add("also", Value.of(id))
                .add("also", Value.of("c"))
                .setMulti("maybe", Value.of(id));
    }

    @Test
    void whatRefersToTheLoserRefersToTheSurvivor() {
        accept(world.commit(maria, world.delta(maria, call("x"), edit -> refer(edit, "a"))));
        accept(world.commit(maria, world.delta(maria, account("b"), edit -> edit.set("parent", Value.of("a")))));
        Map<String, Integer> planned =
                world.desk.preview(account("a"), account("b"), Takeover.BY_KIND).repointed();
        assertThat(planned).isEqualTo(Map.of("account.parent", 1, "call.account", 1, "call.also", 1, "call.maybe", 1));
        assertThat(world.record(account("a")).alive()).isTrue();
        MergeDesk.Outcome outcome = world.desk.merge(account("a"), account("b"), Takeover.BY_KIND);
        assertThat(outcome.repointed()).isEqualTo(planned);
        Record call = world.record(call("x"));
        assertThat(call.value("account")).contains(Value.of("b"));
        assertThat(call.values("maybe")).containsExactly(Value.of("b"));
        assertThat(call.elements("also")).containsExactly(Value.of("b"), Value.of("c"));
        assertThat(world.record(account("a")).alive()).isFalse();
        assertThat(world.record(account("a")).value(MergedRecords.MARK)).contains(Value.of("b"));
        assertThat(world.record(account("b")).value("parent")).isEmpty();
        assertThat(world.record(account("b")).value("name")).contains(Value.of("b"));
    }

    @Test
    void aLaterWriteStillWinsOverARepointedReference() {
        Record made = world.delta(maria, call("x"), edit -> refer(edit, "a"));
        accept(world.commit(maria, made));
        Record offline = maria.delta(made, edit -> edit.set("account", Value.of("c")));
        world.merge("a", "b");
        accept(world.commit(maria, offline));
        assertThat(world.record(call("x")).value("account")).contains(Value.of("c"));
    }

    @Test
    void editsThatArriveLaterGoToTheSurvivorAndSupersedeEachOtherThere() {
        Record seen = world.record(account("a"));
        Record first = tom.delta(
                seen,
                edit -> edit.add("tags", Value.of("one"))
                        .add("tags", Value.of("two"))
                        .increment("visits", 2)
                        .set("name", Value.of("first")));
        Record second = tom.delta(
                seen.join(first),
                edit -> edit.remove("tags", Value.of("one"))
                        .increment("visits", 3)
                        .set("name", Value.of("second")));
        world.merge("a", "b");
        accept(world.commit(tom, first));
        accept(world.commit(tom, second));
        Record survivor = world.record(account("b"));
        assertThat(survivor.elements("tags")).containsExactly(Value.of("two"));
        assertThat(survivor.count("visits")).isEqualTo(5);
        assertThat(survivor.values("name")).containsExactly(Value.of("second"), Value.of("b"));
        assertThat(world.record(account("a")).alive()).isFalse();
        assertThat(world.record(account("a")).context().containsAll(second.context()))
                .isTrue();
    }

    @Test
    void theSurvivorTakesOverWhatItDoesNotHave() {
        accept(world.commit(
                maria,
                world.delta(
                        maria,
                        account("a"),
                        edit -> edit.set("phone", Value.of("555"))
                                .add("tags", Value.of("one"))
                                .increment("visits", 2)
                                .enable("urgent")
                                .set("parent", Value.of("b"))
                                .setMulti("owner", Value.of("maria"))),
                world.delta(
                        maria,
                        account("b"),
                        edit -> edit.add("tags", Value.of("two"))
                                .increment("visits", 3)
                                .setMulti("owner", Value.of("tom")))));
        Record planned =
                world.desk.preview(account("a"), account("b"), Takeover.BY_KIND).takenOver();
        Record taken =
                world.desk.merge(account("a"), account("b"), Takeover.BY_KIND).takenOver();
        assertThat(planned.fields())
                .extracting(field -> field.name().name())
                .containsExactly("", "phone", "tags", "urgent", "visits");
        assertThat(taken.fields())
                .extracting(Field::name)
                .isEqualTo(planned.fields().stream().map(Field::name).toList());
        Record survivor = world.record(account("b"));
        assertThat(survivor.values("name")).containsExactly(Value.of("b"));
        assertThat(survivor.value("phone")).contains(Value.of("555"));
        assertThat(survivor.elements("tags")).containsExactly(Value.of("one"), Value.of("two"));
        assertThat(survivor.count("visits")).isEqualTo(5);
        assertThat(survivor.flag("urgent")).isTrue();
        assertThat(survivor.value("parent")).isEmpty();
        assertThat(survivor.values("owner")).containsExactly(Value.of("tom"));
    }

    @Test
    void fieldsAreTakenOrKeptAsTheAdministratorChooses() {
        accept(world.commit(
                maria,
                world.delta(
                        maria,
                        account("a"),
                        edit -> edit.add("tags", Value.of("one"))
                                .increment("visits", 2)
                                .set("phone", Value.of("555")))));
        accept(world.commit(
                maria,
                world.delta(
                        maria,
                        account("b"),
                        edit -> edit.add("tags", Value.of("two")).increment("visits", 3))));
        assertThatThrownBy(() -> world.desk.merge(account("a"), account("b"), new Takeover(Set.of("none"), Set.of())))
                .hasMessageContaining("no such field");
        world.desk.merge(account("a"), account("b"), new Takeover(Set.of("name", "tags", "visits"), Set.of("phone")));
        Record survivor = world.record(account("b"));
        assertThat(survivor.values("name")).containsExactly(Value.of("a"));
        assertThat(survivor.elements("tags")).containsExactly(Value.of("one"));
        assertThat(survivor.count("visits")).isEqualTo(2);
        assertThat(survivor.value("phone")).isEmpty();
    }

    @Test
    void whatWasTakenOverIsSupersededByEditsThatArriveLater() {
        accept(world.commit(
                maria,
                world.delta(
                        maria,
                        account("a"),
                        edit -> edit.set("phone", Value.of("555")).add("tags", Value.of("one")))));
        Record offline = world.delta(
                tom, account("a"), edit -> edit.set("phone", Value.of("777")).remove("tags", Value.of("one")));
        world.merge("a", "b");
        accept(world.commit(tom, offline));
        Record survivor = world.record(account("b"));
        assertThat(survivor.values("phone")).containsExactly(Value.of("777"));
        assertThat(survivor.elements("tags")).isEmpty();
    }

    @Test
    void whoMakesADeletedLoserAnewEditsTheSurvivorEachTime() {
        accept(world.commit(maria, world.delta(maria, account("a"), edit -> edit.add("tags", Value.of("one")))));
        world.merge("a", "b");
        Record first = world.delta(tom, account("a"), edit -> edit.set("phone", Value.of("555")));
        accept(world.commit(tom, first));
        accept(world.commit(tom, world.delta(tom, account("a"), edit -> edit.set("phone", Value.of("777")))));
        assertThat(world.record(account("a")).alive()).isFalse();
        assertThat(world.record(account("b")).value("phone")).contains(Value.of("777"));
        assertThat(world.record(account("b")).elements("tags")).containsExactly(Value.of("one"));
    }

    @Test
    void anEditOfBothInOneCommitIsOneEditOfTheSurvivor() {
        Record loser = world.delta(tom, account("a"), edit -> edit.add("tags", Value.of("one")));
        Record survivor = world.delta(tom, account("b"), edit -> edit.add("tags", Value.of("two")));
        world.merge("a", "b");
        accept(world.commit(tom, loser, survivor));
        assertThat(world.record(account("b")).elements("tags")).containsExactly(Value.of("one"), Value.of("two"));
    }

    @Test
    void referencesThatArriveLaterFollowAChainOfMerges() {
        world.merge("a", "b");
        world.merge("b", "c");
        accept(world.commit(tom, world.delta(tom, call("y"), edit -> refer(edit, "a"))));
        assertThat(world.record(call("y")).value("account")).contains(Value.of("c"));
        assertThat(world.record(call("y")).elements("also")).containsExactly(Value.of("c"));
        assertThat(world.record(call("y")).values("maybe")).containsExactly(Value.of("c"));
    }

    @Test
    void deletingTheLoserDoesNotDeleteTheSurvivorAndBringingItBackIsRefused() {
        Record delete = world.delta(tom, account("a"), RecordEdit::delete);
        world.merge("a", "b");
        accept(world.commit(tom, delete));
        assertThat(world.record(account("b")).alive()).isTrue();
        Rejection refused = world.commit(tom, world.delta(tom, account("a"), RecordEdit::undelete))
                .orElseThrow();
        assertThat(refused.getCode()).isEqualTo(RejectionCode.RECORD_DELETED);
        assertThat(refused.getMessage()).contains("merged");
        assertThat(refused.getDetailsMap()).containsEntry(SyncError.MERGED_INTO, "b");
    }

    @Test
    void theMarkOfADeviceIsNone() {
        RecordKey key = new RecordKey("free", "f");
        RecordKey other = new RecordKey("free", "g");
        accept(world.commit(tom, world.delta(tom, other, RecordEdit::create)));
        accept(world.commit(tom, world.delta(tom, key, edit -> edit.set(MergedRecords.MARK, Value.of("g")))));
        Record offline = world.delta(maria, key, edit -> edit.set("name", Value.of("mine")));
        accept(world.commit(tom, world.delta(tom, key, RecordEdit::delete)));
        accept(world.commit(maria, offline));
        assertThat(world.record(key).value("name")).contains(Value.of("mine"));
        assertThat(world.record(other).value("name")).isEmpty();
    }

    @Test
    void aRecordIsMergedOnceAndNotIntoItselfOrOneThatIsGone() {
        assertThatThrownBy(() -> world.merge("a", "a")).hasMessageContaining("itself");
        assertThatThrownBy(() -> world.merge("a", "none")).hasMessageContaining("no such record");
        world.merge("a", "b");
        assertThatThrownBy(() -> world.merge("a", "c")).hasMessageContaining("merged before");
        assertThatThrownBy(() -> world.merge("b", "a")).hasMessageContaining("merged before");
        assertThatThrownBy(() -> world.desk.merge(account("b"), call("x"), Takeover.BY_KIND))
                .hasMessageContaining("one type");
    }

    @Test
    void manyThatReferAreRepointedInSeveralCommits() {
        int count = 2 * MergeDesk.COMMIT_RECORDS_MAX + 7;
        for (int i = 0; i < count; i++) {
            accept(world.commit(maria, world.delta(maria, call("n" + i), edit -> edit.set("account", Value.of("a")))));
        }
        assertThat(world.desk
                        .merge(account("a"), account("b"), Takeover.BY_KIND)
                        .repointed())
                .isEqualTo(Map.of("call.account", count));
        assertThat(world.calls()).allMatch(call -> call.value("account").equals(Optional.of(Value.of("b"))));
    }
}
