package io.anabranch.relay.configuration;

import io.anabranch.crdt.Record;
import io.anabranch.proto.Rejection;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.admission.Author;
import io.anabranch.relay.admission.RoundRule;
import io.anabranch.relay.admission.RoundState;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import java.util.Optional;

/**
 * Admission by the configuration in the store: rights, schema, references, uniqueness, validation.
 *
 * <p>The configuration is itself changed by commits. A commit that comes after such a change is judged by what has become of it, also within
 * one round. Between rounds the compiled configuration is kept, and read anew when the store says that another one holds: so a restart
 * judges the same, and so does another node that shares the store.
 *
 * <p>For the thread that orders; {@link #held} for any.
 */
public final class ConfiguredRule implements AdmissionRule {

    private final RelayReplica relay;
    private final AdmissionRule also;
    private volatile HeldConfiguration held;

    /**
     * The rule of a store.
     *
     * @param relay whose commits may change everything
     * @param also what else is asked of a commit that the configuration allows
     */
    public ConfiguredRule(RelayStore store, RelayReplica relay, AdmissionRule also) {
        this.relay = relay;
        this.also = also;
        try (RelayView view = store.view()) {
            this.held = HeldConfiguration.read(view);
        }
    }

    /** The configuration by which the latest round was judged. */
    public HeldConfiguration held() {
        return held;
    }

    /** Not used: a commit is judged as a whole, by the rule of its round. */
    @Override
    public Optional<Rejection> judge(Author author, Record before, Record after, Record delta) {
        throw new IllegalStateException("a configured rule judges within a round");
    }

    @Override
    public RoundRule begin(RoundState round) {
        HeldConfiguration current = held;
        if (!current.isThatOf(round.view())) {
            current = HeldConfiguration.read(round.view());
            held = current;
        }
        return new ConfiguredRound(
                new ConfiguredRound.Start(round, current, relay), also.begin(round), changed -> held = changed);
    }
}
