package io.anabranch.bench.simulation;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.relay.admission.MergedRecords;
import io.anabranch.relay.store.RelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.replica.schema.FieldAccess;
import io.anabranch.replica.schema.ScopeRule;
import io.anabranch.replica.schema.TypeAccess;
import io.anabranch.replica.schema.UserAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** What a user is to have: every rule asked of every record, each time from scratch, by an SQL engine. */
final class ScopedOracle {

    /** What a rule without columns gives: all fields, with the mark of what was merged. */
    private static final List<String> ALL = Stream.concat(RandomTerms.FIELDS.stream(), Stream.of(MergedRecords.MARK))
            .toList();

    private final ScopedPlan plan;
    private final ScopedRecords rows;

    ScopedOracle(ScopedPlan plan, ScopedRecords rows) {
        this.plan = plan;
        this.rows = rows;
    }

    /** All of a relay's records. */
    static Map<RecordKey, Record> records(RelayStore store) {
        Map<RecordKey, Record> records = new TreeMap<>();
        try (RelayView view = store.view()) {
            view.forEachRecord(stored -> records.put(stored.key(), stored.record()));
        }
        return records;
    }

    /** The records of a user, each as it can be seen. */
    Map<RecordKey, Record> visible(Map<RecordKey, Record> records, String user, long nowMillis) {
        Map<RecordKey, Record> visible = new TreeMap<>();
        UserAccount account = plan.user(user);
        if (!account.active()) {
            return visible;
        }
        records.forEach((key, record) -> {
            boolean own = !key.type().equals("$user") || key.id().equals(user);
            if (key.type().startsWith("$") && own) {
                visible.put(key, record);
            }
        });
        rows.put(records);
        fields(user, new Term.Asked("a", account.attributes(), nowMillis, new AtomicInteger()))
                .forEach((key, fields) -> {
                    Record record = records.get(key);
                    // A row may be of a record that a restore has lost for good.
                    if (record != null) {
                        visible.put(key, ScopedRecords.restricted(record, fields));
                    }
                });
        return visible;
    }

    private Map<RecordKey, Set<String>> fields(String user, Term.Asked asked) {
        ScopedPlan.Rights rights = plan.rights(user);
        Map<RecordKey, Set<String>> fields = new TreeMap<>();
        if (plan.rules().isEmpty()) {
            for (String type : RandomTerms.TYPES) {
                if (rights.reads(type)) {
                    add(fields, rights, type, rights.rows(type).in(asked), ALL);
                }
            }
            return fields;
        }
        for (ScopedPlan.Rule rule : inForce(rights)) {
            ScopeRule of = rule.rule();
            List<String> columns = of.metadataOnly() ? List.of() : of.columns().isEmpty() ? ALL : of.columns();
            add(fields, rights, of.type(), where(rule, rights, asked), columns);
            String parents = whereParents(rule, rights, asked);
            if (!parents.isEmpty()) {
                add(fields, rights, of.parent(), parents, ALL);
            }
        }
        return fields;
    }

    private void add(
            Map<RecordKey, Set<String>> fields,
            ScopedPlan.Rights rights,
            String type,
            String where,
            List<String> columns) {
        TypeAccess access = rights.profile().access(type);
        Set<String> seen = new TreeSet<>(columns);
        if (!rights.profile().administrator()) {
            seen.removeIf(field -> access.field(field) == FieldAccess.NONE);
        }
        for (String id : rows.ids(type, where)) {
            fields.computeIfAbsent(new RecordKey(type, id), key -> new TreeSet<>())
                    .addAll(seen);
        }
    }

    private List<ScopedPlan.Rule> inForce(ScopedPlan.Rights rights) {
        List<ScopedPlan.Rule> found = new ArrayList<>();
        for (ScopedPlan.Rule rule : plan.rules().values()) {
            ScopeRule of = rule.rule();
            boolean isFor = of.profiles().isEmpty()
                    || of.profiles().contains(rights.profile().name());
            if (of.active() && of.deviceTypes().isEmpty() && isFor && rights.reads(of.type())) {
                found.add(rule);
            }
        }
        return found;
    }

    private String where(ScopedPlan.Rule rule, ScopedPlan.Rights rights, Term.Asked asked) {
        ScopeRule of = rule.rule();
        String where = rule.where().in(asked) + " AND " + rights.rows(of.type()).in(asked);
        if (of.kind() != ScopeRule.Kind.RELATED) {
            return where;
        }
        String alias = asked.newAlias();
        List<String> ways = new ArrayList<>(List.of("FALSE"));
        for (ScopedPlan.Rule other : inForce(rights)) {
            if (other.rule().type().equals(of.parent())) {
                ways.add("(" + where(other, rights, asked.of(alias)) + ")");
            }
            String parents =
                    other.rule().parent().equals(of.parent()) ? whereParents(other, rights, asked.of(alias)) : "";
            if (!parents.isEmpty()) {
                ways.add("(" + parents + ")");
            }
        }
        return where + " AND " + asked.column(of.parent()) + " IN (SELECT " + alias + ".id FROM t_" + of.parent() + " "
                + alias + " WHERE " + alias + ".alive AND (" + String.join(" OR ", ways) + "))";
    }

    /** Which parents a rule gives, empty if none. */
    private String whereParents(ScopedPlan.Rule rule, ScopedPlan.Rights rights, Term.Asked asked) {
        ScopeRule of = rule.rule();
        if (of.kind() != ScopeRule.Kind.CHILD_AND_PARENT || !rights.reads(of.parent())) {
            return "";
        }
        String alias = asked.newAlias();
        String column = alias + ".f_" + of.parent();
        return asked.alias() + ".id IN (SELECT " + column + " FROM t_" + of.type() + " " + alias + " WHERE " + alias
                + ".alive AND " + column + " IS NOT NULL AND " + where(rule, rights, asked.of(alias)) + ") AND "
                + rights.rows(of.parent()).in(asked);
    }
}
