package io.anabranch.relay.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.DotSet;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.testkit.CommitMaker;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class StoredRecordTest {

    private static final RecordKey KEY = new RecordKey("account", "a1");

    private final CommitMaker maker = new CommitMaker(7);
    private final StoredRecord created = StoredRecord.created(
            maker.delta(
                    Record.empty(KEY),
                    edit -> edit.set("name", Value.of("Harbour"))
                            .set("phone", Value.of("555"))
                            .set("town", Value.of("Kiel"))),
            null,
            10);

    @Test
    void stampsOfOneCommitCostOneNumberAndAMembershipTwoBytes() {
        assertThat(created.encode()).hasSize(2 + created.state().size());
        StoredRecord placed = created.in(Memberships.NONE.changed(Set.of(Buckets.EVERYTHING), 10));
        assertThat(placed.encode()).hasSize(4 + created.state().size());
    }

    @Test
    void aReaderWithNothingIsGivenTheStateAsItIs() {
        StoredRecord read = StoredRecord.decode(KEY, created.encode());
        assertThat(read.patch(0).state()).isEqualTo(created.state());
        assertThat(read.patch(9).gone()).isEmpty();
    }

    @Test
    void aReaderIsGivenTheFieldsThatChangedAfterItsCursor() {
        StoredRecord edited = edit(created, 20, edit -> edit.set("phone", Value.of("556")));
        Record patch = decode(edited.patch(10));
        assertThat(patch.fields()).extracting(field -> field.name().name()).containsExactly("", "phone");
        assertThat(patch.context()).isEqualTo(edited.record().context());
        assertThat(edited.patch(9).state()).isEqualTo(edited.state());
    }

    @Test
    void aFieldThatBecameEmptyIsGoneForThoseWhoMayHaveIt() {
        StoredRecord cleared = edit(created, 20, edit -> edit.clear("phone"));
        StoredRecord edited = edit(cleared, 30, edit -> edit.set("name", Value.of("Port")));
        FieldName phone = new FieldName("phone", Kind.REGISTER);
        assertThat(edited.patch(10).gone()).containsExactly(phone);
        assertThat(edited.patch(20).gone()).isEmpty();
        assertThat(edited.patch(0).gone()).containsExactly(phone);
        assertThat(edit(edited, 40, edit -> edit.set("phone", Value.of("1")))
                        .patch(10)
                        .gone())
                .isEmpty();
    }

    @Test
    void aPatchBringsAReaderToTheState() {
        StoredRecord edited = edit(edit(created, 20, edit -> edit.clear("phone")), 30, RecordEdit::delete);
        for (StoredRecord had : new StoredRecord[] {created, edit(created, 20, edit -> edit.clear("phone"))}) {
            StoredRecord.Patch patch = edited.patch(had.sequence());
            assertThat(had.record().patched(decode(patch), Set.copyOf(patch.gone())))
                    .isEqualTo(edited.record());
        }
    }

    @Test
    void aChangeOfTheContextAloneMovesTheRecord() {
        Record before = created.record();
        Record wider = before.withContext(before.context().union(DotSet.ofSpan(9, 1, 3)));
        StoredRecord moved = created.changed(wider, 20);
        assertThat(moved.sequence()).isEqualTo(20);
        assertThat(decode(moved.patch(10)).fields()).isEmpty();
        assertThat(decode(moved.patch(10)).context()).isEqualTo(wider.context());
    }

    @Test
    void nothingDifferentIsNoChange() {
        assertThat(created.changed(created.record(), 20)).isSameAs(created);
    }

    /** The stamps come through the store, and edits still in sight cost a few bytes each. */
    private StoredRecord edit(StoredRecord before, long sequence, UnaryOperator<RecordEdit> change) {
        Record seen = before.record();
        StoredRecord after = before.changed(seen.join(maker.delta(seen, change)), sequence);
        assertThat(after.encode().length - after.state().size()).isLessThan(32);
        return StoredRecord.decode(KEY, after.encode());
    }

    private static Record decode(StoredRecord.Patch patch) {
        return Record.decode(KEY, patch.state().toByteArray());
    }
}
