package io.anabranch.relay.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.Position;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.testkit.CommitMaker;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JoinedRecordsTest {

    private static final Position FIRST = new Position(1, 10);
    private static final Position SECOND = new Position(1, 11);

    private final CommitMaker maker = new CommitMaker(7);
    private final JoinedRecords joined = new JoinedRecords();

    @BeforeEach
    void begin() {
        joined.begin(FIRST);
    }

    private static RecordKey key(int id) {
        return new RecordKey("account", "a" + id);
    }

    private StoredRecord record(int id, String name) {
        return StoredRecord.created(
                maker.delta(Record.empty(key(id)), edit -> edit.set("name", Value.of(name))), null, 10);
    }

    @Test
    void aRecordIsKnownAtTheHeadAtWhichItWasRead() {
        StoredRecord record = record(1, "Harbour");
        joined.put(FIRST, record);
        joined.put(SECOND, record(2, "Port"));
        assertThat(joined.get(FIRST, key(1))).isSameAs(record);
        assertThat(joined.get(FIRST, key(2))).isNull();
        assertThat(joined.get(SECOND, key(1))).isNull();
        joined.begin(SECOND);
        assertThat(joined.get(SECOND, key(1))).isNull();
    }

    @Test
    void whatARoundChangedIsKnownAsItIsAfterIt() {
        StoredRecord same = record(2, "Port");
        joined.put(FIRST, record(1, "Harbour"));
        joined.put(FIRST, same);
        StoredRecord changed = record(1, "Harbour Clinic");
        joined.appended(FIRST, SECOND, List.of(changed, record(3, "Quay")));
        joined.begin(SECOND);
        assertThat(joined.get(SECOND, key(1))).isSameAs(changed);
        assertThat(joined.get(SECOND, key(2))).isSameAs(same);
        assertThat(joined.get(SECOND, key(3))).isNull();
    }

    @Test
    void whatAnotherRoundChangedIsNotKnownAnyMore() {
        joined.put(FIRST, record(1, "Harbour"));
        joined.appended(SECOND, new Position(1, 12), List.of());
        joined.begin(FIRST);
        assertThat(joined.get(FIRST, key(1))).isNull();
    }

    @Test
    void itKeepsThoseThatWereAskedForAndNoMoreThanItsBounds() {
        for (int id = 0; id < JoinedRecords.COUNT_MAX; id++) {
            joined.put(FIRST, record(id, "x"));
        }
        assertThat(joined.get(FIRST, key(0))).isNotNull();
        joined.put(FIRST, record(-1, "x"));
        assertThat(joined.get(FIRST, key(0))).isNotNull();
        assertThat(joined.get(FIRST, key(1))).isNull();
        String large = "x".repeat((int) (JoinedRecords.SIZE_MAX / 3));
        for (int id = 1; id <= 3; id++) {
            joined.put(FIRST, record(-id, large));
        }
        assertThat(joined.get(FIRST, key(-1))).isNull();
        assertThat(joined.get(FIRST, key(-3))).isNotNull();
        assertThat(joined.get(FIRST, key(0))).isNull();
    }
}
