package io.anabranch.relay.scope;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import io.anabranch.relay.scope.clause.Conjunct;
import io.anabranch.relay.scope.clause.Dependencies;
import io.anabranch.relay.scope.clause.KeyFinder;
import io.anabranch.relay.store.Buckets;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.tracking.SyncTrack;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The clauses whose memberships are kept up to date: those in use and those being built. Immutable. */
final class Maintained {

    private final byte[] storeId;
    private final boolean everything;
    private final Map<Conjunct, Clause> clauses = new LinkedHashMap<>();
    private final Map<String, List<Clause>> byType = new HashMap<>();
    private final Dependencies dependencies;

    /** The clauses of plans of one store, at least one. */
    Maintained(List<ScopePlan> plans) {
        this.storeId = plans.get(0).storeId();
        this.everything = plans.stream().anyMatch(ScopePlan::everything);
        for (ScopePlan plan : plans) {
            plan.clauses().forEach(clause -> clauses.putIfAbsent(clause.conjunct(), clause));
        }
        clauses.values()
                .forEach(clause -> byType.computeIfAbsent(clause.conjunct().type(), type -> new ArrayList<>())
                        .add(clause));
        dependencies = new Dependencies(clauses.keySet());
    }

    List<Clause> clausesOf(String type) {
        return byType.getOrDefault(type, List.of());
    }

    Collection<Clause> clauses() {
        return clauses.values();
    }

    /** Whether every record is in {@link Buckets#EVERYTHING}. */
    boolean everything() {
        return everything;
    }

    Dependencies dependencies() {
        return dependencies;
    }

    /** What is known of a user, and of that user's syncs, is for the user alone; all other configuration is for everyone. */
    private Set<Long> reserved(Record record) {
        String type = record.key().type();
        if (type.equals(ConfigurationType.USER.recordType())) {
            return Set.of(Clause.ofUser(storeId, record.key().id()));
        } else if (type.equals(SyncTrack.RECORD_TYPE)) {
            return record.value("user")
                    .map(user -> Set.of(Clause.ofUser(storeId, user.toString())))
                    .orElse(Set.of());
        }
        return Set.of(Buckets.CONFIGURATION);
    }

    /** The buckets that a record is to be in. */
    Set<Long> buckets(Record record, KeyFinder finder) {
        String type = record.key().type();
        if (ConfigurationType.isReserved(type)) {
            return reserved(record);
        }
        Set<Long> buckets = new TreeSet<>();
        if (everything) {
            buckets.add(Buckets.EVERYTHING);
        }
        for (Clause clause : clausesOf(type)) {
            for (List<Value> key : finder.keys(clause.conjunct(), record)) {
                buckets.add(clause.bucket(key));
            }
        }
        return buckets;
    }
}
