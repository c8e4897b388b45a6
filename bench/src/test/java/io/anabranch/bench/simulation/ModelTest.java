package io.anabranch.bench.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.bench.simulation.Draft.Action;
import io.anabranch.bench.simulation.Draft.RecordDraft;
import io.anabranch.bench.simulation.Draft.Verb;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The definitions by example, so that the model can be trusted where it disagrees with the code. */
class ModelTest {

    private static final String KEY = "account/1";

    private final History history = new History();
    private long accepted;
    private long stamp;

    @Test
    void aValueIsSupersededOnlyByWhoHasSeenIt() {
        accept(save(1, set("name", "a")));
        Save left = save(1, set("name", "b"));
        Save right = save(2, set("name", "c"));
        accept(left);
        accept(right);
        assertThat(field("name")).isEqualTo("c of [b, c]");
        accept(save(1, set("name", "d")));
        assertThat(field("name")).isEqualTo("d of [d]");
    }

    @Test
    void concurrentAddWinsOverRemove() {
        accept(save(1, new Action(Verb.ADD, "topics", "price", 0)));
        Save removal = save(2, new Action(Verb.REMOVE, "topics", "price", 0));
        accept(save(1, new Action(Verb.ADD, "topics", "price", 0)));
        accept(removal);
        assertThat(field("topics")).isEqualTo("[price]");
        accept(save(2, new Action(Verb.REMOVE, "topics", "price", 0)));
        assertThat(field("topics")).isEqualTo("");
    }

    @Test
    void concurrentIncrementsAddUp() {
        accept(save(1, increment(5)));
        Save left = save(1, increment(2));
        Save right = save(2, increment(3));
        accept(left);
        accept(right);
        assertThat(field("samples")).isEqualTo("10");
    }

    @Test
    void concurrentEditBringsBackTheWholeRecord() {
        accept(save(1, set("name", "a"), set("status", "open")));
        Save deletion = save(1, Action.of(Verb.DELETE));
        Save edit = save(2, set("name", "b"));
        accept(deletion);
        assertThat(history.confirmed(KEY).isAlive()).isFalse();
        accept(edit);
        assertThat(history.confirmed(KEY).isAlive()).isTrue();
        assertThat(field("status")).isEqualTo("open of [open]");
    }

    @Test
    void aRecordMadeAnewHasNothingOfTheDeletedOne() {
        accept(save(1, set("name", "a"), increment(5)));
        accept(save(1, Action.of(Verb.DELETE)));
        accept(save(2, set("status", "new"), increment(1)));
        assertThat(history.confirmed(KEY).fields())
                .containsOnlyKeys(Reading.ALIVE, "status", "samples")
                .containsEntry("samples", "1");
    }

    @Test
    void aRejectedSaveHidesNothing() {
        Save first = save(1, set("name", "a"));
        Save second = save(1, set("name", "b"));
        Save third = save(1, set("status", "c"));
        accept(first);
        second.reject();
        accept(third);
        assertThat(field("name")).isEqualTo("a of [a]");
    }

    private String field(String name) {
        return history.confirmed(KEY).fields().getOrDefault(name, "");
    }

    private static Action set(String register, String value) {
        return new Action(Verb.SET, register, value, 0);
    }

    private static Action increment(long amount) {
        return new Action(Verb.INCREMENT, "samples", "", amount);
    }

    private Save save(long replica, Action... actions) {
        long seq = history.of(replica).size() + 1L;
        Draft draft = new Draft("t" + history.count(), List.of(new RecordDraft(KEY, List.of(actions))));
        return history.add(replica, seq, ++stamp, draft, new Sight(replica, accepted));
    }

    private void accept(Save save) {
        save.accept(++accepted, Long.MAX_VALUE);
    }

    private record Sight(long replica, long sequence) implements History.Sight {
        @Override
        public long sequence(String key) {
            return sequence;
        }
    }
}
