package io.anabranch.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.crdt.testkit.History;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Records show what the model shows: converged is not correct. */
final class ModelTest {

    private static final List<String> NAMES = List.of("a", "b", "\uFF5E", "\uD83D\uDE00");

    @Provide
    Arbitrary<History> histories() {
        return History.arbitrary();
    }

    @Property(tries = 4000)
    void everyReplicaShowsWhatTheModelShows(@ForAll("histories") History history) {
        Model model = new Model(history);
        for (int replica = 0; replica < History.REPLICAS; replica++) {
            requireSame(history.view(replica), model.replicas.get(replica), model);
        }
    }

    @Property(tries = 4000)
    void theRelayShowsWhatTheModelShows(@ForAll("histories") History history) {
        Model model = new Model(history);
        requireSame(history.relay(), model.relay, model);
    }

    @Property(tries = 2000)
    void allTogetherShowWhatTheModelShows(@ForAll("histories") History history) {
        Model model = new Model(history);
        ModelReplica all = new ModelReplica();
        all.known.addAll(model.events);
        requireSame(history.joined(), all, model);
    }

    private static void requireSame(Record record, ModelReplica expected, Model model) {
        assertThat(record.alive()).isEqualTo(expected.isAlive());
        for (String name : NAMES) {
            List<Value> registers = expected.values(name, "register", model::replicaId);
            List<Value> multis = expected.values(name, "multi", model::replicaId);
            assertThat(record.value(name)).isEqualTo(registers.stream().findFirst());
            assertThat(record.values(name)).isEqualTo(multis.isEmpty() ? registers : multis);
            assertThat(record.elements(name)).isEqualTo(expected.elements(name));
            assertThat(record.count(name)).isEqualTo(expected.counts().getOrDefault(name, 0L));
            assertThat(record.flag(name)).isEqualTo(expected.isOn(name));
        }
    }
}
