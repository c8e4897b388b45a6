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
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Changes of a record and what a configuration says to them. */
abstract class CheckedChanges {

    static final RecordKey CALL = new RecordKey("call", "c1");

    final Others others = new Others();
    DeleteRule life = DeleteRule.EDIT_WINS;
    private long replica = 1;

    static final class Others implements Surroundings {

        final Set<RecordKey> missing = new HashSet<>();
        final Set<Value> taken = new HashSet<>();
        final List<Record> accounts = new ArrayList<>();
        boolean complete = true;

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

    final Record delta(Record view, UnaryOperator<RecordEdit> edit) {
        replica++;
        return edit.apply(new RecordEdit(view, null, new RecordEdit.Author(replica, 1, replica << 16), life))
                .build();
    }

    final Record made(UnaryOperator<RecordEdit> edit) {
        return edited(Record.empty(CALL), edit);
    }

    final Record edited(Record before, UnaryOperator<RecordEdit> edit) {
        return before.join(delta(before, edit));
    }

    final Optional<Rejection> judge(Configuration by, Record before, UnaryOperator<RecordEdit> edit) {
        return judge(by, before, delta(before, edit), "rep");
    }

    final Optional<Rejection> judge(Configuration by, Record before, Record delta, String profile) {
        return new CommitCheck(by)
                .check(Configured.writer(profile), new Change(before, before.join(delta), delta), others);
    }

    static Configuration call(String... registers) {
        return new Configured().type("call", registers).configuration();
    }

    static void assertRejected(Optional<Rejection> verdict, RejectionCode code, String field) {
        assertThat(verdict).isPresent();
        Rejection rejection = verdict.get();
        assertThat(rejection.getCode()).isEqualTo(code);
        assertThat(rejection.getField()).isEqualTo(field);
        assertThat(rejection.getType()).isEqualTo("call");
        assertThat(rejection.getId()).isEqualTo("c1");
        assertThat(rejection.getMessage()).isNotBlank();
    }
}
