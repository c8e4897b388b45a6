package io.anabranch.relay.scope;

import io.anabranch.relay.scope.clause.Conjunct;
import io.anabranch.relay.scope.clause.Dependencies;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the engine works by. Immutable.
 *
 * @param served whose sets users have
 * @param wanted what the configuration says
 * @param maintained the clauses of both
 * @param ready the names of the clauses that can be given
 * @param build how the others become ready, null if there are none
 */
record ScopeState(
        ScopePlan served,
        ScopePlan wanted,
        Maintained maintained,
        Set<String> ready,
        @Nullable Build build) {

    ScopeState {
        ready = Set.copyOf(ready);
    }

    /** A plan whose clauses are all ready. */
    static ScopeState serving(ScopePlan plan) {
        return new ScopeState(plan, plan, new Maintained(List.of(plan)), plan.names(), null);
    }

    /** Nothing is known to be ready. */
    static ScopeState unbuilt(ScopePlan plan) {
        return new ScopeState(plan, plan, new Maintained(List.of(plan)), Set.of(), null).toward(plan);
    }

    /** The state when another plan is wanted: what is ready of it and of what is served stays so. */
    ScopeState toward(ScopePlan plan) {
        ScopePlan meanwhile = served.withUsersOf(plan);
        Maintained both = new Maintained(List.of(meanwhile, plan));
        Set<String> left = new HashSet<>(meanwhile.names());
        left.addAll(plan.names());
        left.retainAll(ready);
        Set<String> missing = new HashSet<>(plan.names());
        missing.removeAll(left);
        if (missing.isEmpty()) {
            return serving(plan);
        }
        List<Conjunct> known = new ArrayList<>();
        for (Clause clause : both.clauses()) {
            if (left.contains(clause.name())) {
                known.add(clause.conjunct());
            }
        }
        return new ScopeState(meanwhile, plan, both, left, Build.of(both, missing, new Dependencies(known)));
    }

    /** The state when only some users are others; empty if that is more than another reading of the same clauses. */
    @SuppressWarnings("ReferenceEquality") // a plan is served if it is the one that is wanted
    Optional<ScopeState> withUsers(ConfigurationRecords records, Collection<String> users) {
        return build != null || served != wanted
                ? Optional.empty()
                : served.withUsers(records, users).map(plan -> new ScopeState(plan, plan, maintained, ready, null));
    }

    /** Whether users have the same sets by both. */
    @SuppressWarnings("ReferenceEquality") // plans are made anew only when something is different
    boolean isServedLike(ScopeState other) {
        return served == other.served && ready.equals(other.ready);
    }

    /** The state as far as the build is. */
    ScopeState built(Build progress) {
        return progress.isDone() ? serving(wanted) : new ScopeState(served, wanted, maintained, ready, progress);
    }
}
