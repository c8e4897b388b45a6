package io.anabranch.crdt;

import io.anabranch.crdt.testkit.CanonicalBytesLaws;
import io.anabranch.crdt.testkit.DeltaLaws;
import io.anabranch.crdt.testkit.History;
import io.anabranch.crdt.testkit.JoinLaws;
import java.util.List;
import net.jqwik.api.Arbitrary;

/** The laws of records, on the states that histories reach. */
final class RecordLaws implements JoinLaws<Record>, DeltaLaws<Record, Record>, CanonicalBytesLaws<Record> {

    private static final RecordKey KEY = new RecordKey("call", "c1");

    @Override
    public Record join(Record left, Record right) {
        return left.join(right);
    }

    @Override
    public Arbitrary<List<Record>> meeting() {
        return History.arbitrary().map(History::states);
    }

    @Override
    public Record joinDelta(Record state, Record delta) {
        return state.join(delta);
    }

    @Override
    public Arbitrary<Mutations<Record, Record>> mutations() {
        return History.arbitrary()
                .map(history -> new Mutations<>(history.relay(), history.deltas(), joinOfAll(history)));
    }

    private static Record joinOfAll(History history) {
        Record views = history.view(0).join(history.view(1).join(history.view(2)));
        return history.relay().join(views);
    }

    @Override
    public Arbitrary<List<Record>> encodable() {
        return meeting();
    }

    @Override
    public byte[] encode(Record state) {
        return state.encode();
    }

    @Override
    public Record decode(byte[] bytes) {
        return Record.decode(KEY, bytes);
    }

    @Override
    public Class<? extends RuntimeException> malformed() {
        return MalformedRecordException.class;
    }
}
