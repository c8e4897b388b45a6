package io.anabranch.relay.scope;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Truth;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.FieldAccess;
import io.anabranch.replica.schema.Profile;
import io.anabranch.replica.schema.ScopeRule;
import io.anabranch.replica.schema.TypeAccess;
import io.anabranch.replica.schema.UserAccount;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a user is to have, found by asking every rule about every record, with no clauses, buckets, indexes or memory. */
record ScopeOracle(Configuration configuration, Collection<Record> records, long nowMillis, Set<String> broken) {

    /** The records of a user, with what can be seen of them. */
    Map<RecordKey, Columns> of(String name) {
        UserAccount user = configuration.user(name);
        Profile profile = configuration.profileOf(user);
        Map<RecordKey, Columns> seen = new TreeMap<>();
        if (!user.active()) {
            return seen;
        }
        for (Record record : records) {
            Columns columns = configuration.rules().isEmpty()
                    ? unruled(profile, record, user)
                    : rules(profile)
                            .filter(rule -> !broken.contains(rule.name()))
                            .map(rule -> columns(rule, profile, record, user))
                            .reduce(Columns.NONE, Columns::and);
            if (columns.any()) {
                seen.put(record.key(), columns);
            }
        }
        return seen;
    }

    private Columns unruled(Profile profile, Record record, UserAccount user) {
        if (profile.types().isEmpty() || profile.administrator()) {
            return Columns.ALL;
        }
        return mayRead(profile, record, user) ? visible(profile, record, Columns.ALL) : Columns.NONE;
    }

    private Stream<ScopeRule> rules(Profile profile) {
        return configuration.rules().values().stream()
                .filter(rule -> rule.active() && rule.deviceTypes().isEmpty())
                .filter(rule -> rule.profiles().isEmpty() || rule.profiles().contains(profile.name()));
    }

    private Columns columns(ScopeRule rule, Profile profile, Record record, UserAccount user) {
        Columns columns = Columns.NONE;
        if (gives(rule, profile, record, user)) {
            Columns own = rule.metadataOnly()
                    ? Columns.of(Set.of())
                    : rule.columns().isEmpty() ? Columns.ALL : Columns.of(rule.columns());
            columns = visible(profile, record, own);
        }
        return givesParent(rule, profile, record, user) ? columns.and(visible(profile, record, Columns.ALL)) : columns;
    }

    private static Columns visible(Profile profile, Record record, Columns columns) {
        TypeAccess access = profile.access(record.key().type());
        return columns.without(access.fields().entrySet().stream()
                .filter(field -> field.getValue() == FieldAccess.NONE)
                .map(Map.Entry::getKey)
                .toList());
    }

    private boolean gives(ScopeRule rule, Profile profile, Record record, UserAccount user) {
        return record.key().type().equals(rule.type())
                && mayRead(profile, record, user)
                && holds(rule.where(), record, user)
                && (rule.kind() != ScopeRule.Kind.RELATED
                        || referred(rule, record).anyMatch(parent -> isInScope(profile, parent, user)));
    }

    private boolean givesParent(ScopeRule rule, Profile profile, Record record, UserAccount user) {
        return rule.kind() == ScopeRule.Kind.CHILD_AND_PARENT
                && record.key().type().equals(rule.parent())
                && mayRead(profile, record, user)
                && records.stream()
                        .filter(child -> child.alive() && gives(rule, profile, child, user))
                        .anyMatch(child -> referred(rule, child)
                                .anyMatch(parent -> parent.key().equals(record.key())));
    }

    private boolean isInScope(Profile profile, Record record, UserAccount user) {
        return record.alive()
                && rules(profile)
                        .anyMatch(
                                rule -> gives(rule, profile, record, user) || givesParent(rule, profile, record, user));
    }

    private Stream<Record> referred(ScopeRule rule, Record child) {
        Collection<Value> ids = new Operand.Field(rule.parent()).values(child);
        return records.stream()
                .filter(parent -> parent.key().type().equals(rule.parent()))
                .filter(parent -> ids.contains(Value.of(parent.key().id())));
    }

    private boolean mayRead(Profile profile, Record record, UserAccount user) {
        TypeAccess access = profile.access(record.key().type());
        return access.read() && holds(access.rows(), record, user);
    }

    private boolean holds(String where, Record record, UserAccount user) {
        return Condition.parse(where).of(record, new AsUser(user)) == Truth.TRUE;
    }

    private final class AsUser implements Circumstances {

        private final UserAccount user;

        AsUser(UserAccount user) {
            this.user = user;
        }

        @Override
        public List<Value> parameter(Operand.Parameter parameter) {
            return user.attributes().getOrDefault(parameter.name(), List.of());
        }

        @Override
        public long nowMillis() {
            return nowMillis;
        }

        @Override
        public ZoneId zone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
            return records.stream()
                    .filter(record -> record.key().type().equals(type) && record.alive())
                    .toList();
        }
    }
}
