package io.anabranch.replica;

import io.anabranch.replica.state.IndexDeclaration;
import io.anabranch.replica.state.ReplicaState;
import java.util.HashSet;
import java.util.Set;

/** Keeps the indexes that are declared, by the application and by the configuration, and builds new ones. On the loop's thread. */
final class IndexUpkeep {

    private final ReplicaState state;
    private final ReplicaLoop loop;
    private final DeviceRules rules;
    private final Set<IndexDeclaration> declared;

    IndexUpkeep(ReplicaState state, ReplicaLoop loop, DeviceRules rules, Set<IndexDeclaration> declared) {
        this.state = state;
        this.loop = loop;
        this.rules = rules;
        this.declared = declared;
    }

    /** The configuration may ask for others. */
    void declare() {
        Set<IndexDeclaration> all = new HashSet<>(declared);
        all.addAll(rules.indexes());
        if (state.indexes().declare(all)) {
            loop.execute(this::build);
        }
    }

    /** In portions, so that saves and sync go on in between. */
    private void build() {
        if (state.indexes().build()) {
            loop.execute(this::build);
        }
    }
}
