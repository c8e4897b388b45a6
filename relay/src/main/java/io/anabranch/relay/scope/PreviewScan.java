package io.anabranch.relay.scope;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.scope.ScopePreview.Amount;
import io.anabranch.relay.scope.ScopePreview.UserChange;
import io.anabranch.relay.scope.clause.KeyFinder;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.schema.ScopeRule;
import io.anabranch.replica.schema.UserAccount;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads all records once and adds them up by the buckets they are in by one plan and by the other. What users get and lose follows from
 * the sums, so it does not matter how many users there are. Used once.
 */
final class PreviewScan {

    private static final int PORTION = 2_000;

    private final RelayView view;
    private final ScopePlan before;
    private final ScopePlan after;
    private final Maintained old;
    private final Maintained now;
    private final ViewWorld world;
    private final Map<String, List<Scopes.Reader>> devices;
    private final RoundWorld.Moment moment;
    private final Map<Signature, Amount> sums = new HashMap<>();
    private final Map<String, Long> livingByType = new TreeMap<>();
    private final Map<Clause, Long> matches = new HashMap<>();

    private record Signature(Set<Long> old, Set<Long> now) {}

    PreviewScan(RelayView view, ScopePlan before, ScopePlan after, Map<String, List<Scopes.Reader>> devices) {
        this.view = view;
        this.devices = devices;
        this.before = before;
        this.after = after;
        this.old = new Maintained(List.of(before));
        this.now = new Maintained(List.of(after));
        this.moment = new RoundWorld.Moment(System.currentTimeMillis(), ZoneOffset.UTC);
        this.world = new ViewWorld(view, moment, List.of(old.dependencies(), now.dependencies()));
    }

    ScopePreview preview() {
        List<StoredRecord> portion = view.recordsAfter(null, PORTION);
        while (!portion.isEmpty()) {
            KeyFinder finder = new KeyFinder(world);
            for (StoredRecord stored : portion) {
                if (stored.record().alive()
                        && !ConfigurationType.isReserved(stored.key().type())) {
                    count(stored, finder);
                }
            }
            RecordKey last = portion.get(portion.size() - 1).key();
            portion = view.recordsAfter(last, PORTION);
        }
        return new ScopePreview(users(), rules(false), rules(true), typesWithoutRule(), after.problems());
    }

    private void count(StoredRecord stored, KeyFinder finder) {
        Record record = stored.record();
        livingByType.merge(record.key().type(), 1L, Long::sum);
        Set<Long> buckets = new TreeSet<>(now.everything() ? now.buckets(record, finder) : Set.of());
        for (Clause clause : now.clausesOf(record.key().type())) {
            Set<List<Value>> keys = finder.keys(clause.conjunct(), record);
            keys.forEach(key -> buckets.add(clause.bucket(key)));
            if (!keys.isEmpty()) {
                matches.merge(clause, 1L, Long::sum);
            }
        }
        long size = (long) stored.state().size()
                + stored.key().type().length()
                + stored.key().id().length();
        sums.merge(new Signature(old.buckets(record, finder), buckets), new Amount(1, size), Amount::and);
    }

    private List<UserChange> users() {
        Map<Long, List<Signature>> byOld = new HashMap<>();
        Map<Long, List<Signature>> byNow = new HashMap<>();
        for (Signature signature : sums.keySet()) {
            signature.old.forEach(bucket ->
                    byOld.computeIfAbsent(bucket, key -> new ArrayList<>()).add(signature));
            signature.now.forEach(bucket ->
                    byNow.computeIfAbsent(bucket, key -> new ArrayList<>()).add(signature));
        }
        Set<String> names = new TreeSet<>(before.configuration().users().keySet());
        names.addAll(after.configuration().users().keySet());
        List<UserChange> changes = new ArrayList<>();
        for (String name : names) {
            Set<Signature> had = held(byOld, before, name);
            Set<Signature> has = held(byNow, after, name);
            Amount total = sum(has);
            Set<Signature> entering = new HashSet<>(has);
            entering.removeAll(had);
            had.removeAll(has);
            if (!entering.isEmpty() || !had.isEmpty()) {
                changes.add(new UserChange(name, sum(entering), sum(had), total));
            }
        }
        return changes;
    }

    private Set<Signature> held(Map<Long, List<Signature>> byBucket, ScopePlan plan, String name) {
        UserAccount known = plan.configuration().users().get(name);
        Set<Signature> held = new HashSet<>();
        if (known != null) {
            for (Scopes.Reader reader : devices.getOrDefault(name, List.of(new Scopes.Reader(0, name)))) {
                Subject subject =
                        new Subject(known, reader.device(), Circumstances.at(moment.nowMillis(), moment.zone()));
                plan.set(subject, plan.names())
                        .buckets()
                        .forEach(bucket -> held.addAll(byBucket.getOrDefault(bucket, List.of())));
            }
        }
        return held;
    }

    private Amount sum(Set<Signature> signatures) {
        return signatures.stream().map(sums::get).reduce(Amount.NONE, Amount::and);
    }

    /** The active rules that all records of their type fulfil whoever asks, or that none fulfils. */
    private List<String> rules(boolean all) {
        Map<String, Set<Clause>> clauses = after.clausesByRule();
        List<String> found = new ArrayList<>();
        for (ScopeRule rule : after.configuration().rules().values()) {
            Set<Clause> own = clauses.getOrDefault(rule.name(), Set.of());
            long most = own.stream()
                    .filter(clause -> !all || isForAll(clause, rule))
                    .mapToLong(clause -> matches.getOrDefault(clause, 0L))
                    .max()
                    .orElse(0);
            long records = livingByType.getOrDefault(rule.type(), 0L);
            if (!own.isEmpty() && (all ? most > 0 && most == records : most == 0)) {
                found.add(rule.name());
            }
        }
        return Collections.unmodifiableList(found);
    }

    private static boolean isForAll(Clause clause, ScopeRule rule) {
        return clause.conjunct().width() == 0 && clause.conjunct().type().equals(rule.type());
    }

    private List<String> typesWithoutRule() {
        if (after.everything()) {
            return List.of();
        }
        Set<String> without = new TreeSet<>(livingByType.keySet());
        for (Clause clause : after.clauses()) {
            without.remove(clause.conjunct().type());
        }
        return List.copyOf(without);
    }
}
