package io.anabranch.relay.scope;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.relay.scope.clause.Conjunct;
import io.anabranch.relay.store.Buckets;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Truth;
import io.anabranch.replica.schema.AttachmentPolicy;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.Profile;
import io.anabranch.replica.schema.UserAccount;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A configuration as scopes need it: the clauses that its rules and users come to, and what each user is to have of them.
 * Immutable and thread-safe.
 */
final class ScopePlan {

    /** Most buckets of one user on one device. */
    static final int BUCKETS_MAX = 1_000;

    private static final Record NO_RECORD = Record.empty(new RecordKey("$none", "none"));

    private final ConfigurationRecords records;
    private final Configuration configuration;
    private final byte[] storeId;
    private final GrantTable table;
    private final Map<Conjunct, Clause> clauses;

    private ScopePlan(ConfigurationRecords records, byte[] storeId, GrantTable table) {
        this.records = records;
        this.configuration = records.configuration();
        this.storeId = storeId;
        this.table = table;
        this.clauses = new LinkedHashMap<>();
        subjects()
                .forEach(subject -> grants(subject).forEach(grant -> {
                    Conjunct conjunct = bound(grant, subject);
                    clauses.computeIfAbsent(conjunct, key -> new Clause(storeId, key));
                }));
    }

    private ScopePlan(ConfigurationRecords records, ScopePlan before) {
        this.records = records;
        this.configuration = records.configuration();
        this.storeId = before.storeId;
        this.table = before.table;
        this.clauses = before.clauses;
    }

    /** The plan of a configuration. */
    static ScopePlan of(ConfigurationRecords records, byte[] storeId) {
        Configuration configuration = records.configuration();
        return new ScopePlan(records, storeId, new GrantTable(configuration, profiles(configuration)));
    }

    /** The plan with the users of another. */
    ScopePlan withUsersOf(ScopePlan other) {
        return with(records.withUsersOf(other.records));
    }

    /** The plan of another configuration. Quicker than a new one if only users are others, and the same if nothing is. */
    ScopePlan with(ConfigurationRecords others) {
        Configuration other = others.configuration();
        if (other.equals(configuration)) {
            return this;
        }
        boolean same = configuration.rules().equals(other.rules())
                && configuration.profiles().equals(other.profiles())
                && configuration.types().equals(other.types())
                && profiles(configuration).equals(profiles(other));
        return same ? new ScopePlan(others, storeId, table) : of(others, storeId);
    }

    /**
     * The plan with the same clauses, when only some users are others; empty if these need more clauses. A clause that nobody needs any
     * more may stay.
     */
    Optional<ScopePlan> withUsers(ConfigurationRecords others, Collection<String> users) {
        Configuration other = others.configuration();
        for (String name : users) {
            UserAccount user = other.user(name);
            boolean isCovered = table.knows(other.profileOf(user))
                    && subjects(user)
                            .allMatch(subject -> table.grants(other.profileOf(user), subject.deviceType()).stream()
                                    .allMatch(grant -> clauses.containsKey(bound(grant, subject))));
            if (!isCovered) {
                return Optional.empty();
            }
        }
        return Optional.of(new ScopePlan(others, this));
    }

    static Set<Profile> profiles(Configuration configuration) {
        Set<Profile> profiles = new LinkedHashSet<>();
        profiles.add(Profile.NONE);
        configuration.users().values().forEach(user -> profiles.add(configuration.profileOf(user)));
        return profiles;
    }

    /** Everyone on each kind of device that rules tell apart; what is not known of a device has no values. */
    private List<Subject> subjects() {
        List<UserAccount> users = new ArrayList<>(configuration.users().values());
        users.add(UserAccount.named(""));
        return users.stream().flatMap(this::subjects).toList();
    }

    private Stream<Subject> subjects(UserAccount user) {
        return table.deviceTypes().stream()
                .map(deviceType -> new Subject(
                        user, Map.of("type", List.of(Value.of(deviceType))), Circumstances.at(0, ZoneOffset.UTC)));
    }

    private List<Grant> grants(Subject subject) {
        return table.grants(configuration.profileOf(subject.account()), subject.deviceType());
    }

    private static Conjunct bound(Grant grant, Subject subject) {
        Conjunct conjunct = grant.alternative().conjunct();
        return grant.isBound() ? conjunct : conjunct.bound(subject::parameter);
    }

    byte[] storeId() {
        return storeId;
    }

    ConfigurationRecords records() {
        return records;
    }

    Configuration configuration() {
        return configuration;
    }

    /** The names of all that has to be ready. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        clauses.values().forEach(clause -> names.add(clause.name()));
        if (everything()) {
            names.add(Build.EVERYTHING);
        }
        return names;
    }

    Collection<Clause> clauses() {
        return clauses.values();
    }

    /** Whether all records are to be in {@link Buckets#EVERYTHING}. */
    boolean everything() {
        return table.unruled();
    }

    List<ScopeProblem> problems() {
        return table.problems();
    }

    /**
     * What a user is to have on a device.
     *
     * @param ready the names of what can be given
     * @throws ScopeLimitException if these are too many buckets
     */
    ScopeSet set(Subject subject, Set<String> ready) {
        if (!subject.account().active()) {
            return ScopeSet.EMPTY;
        }
        Map<Long, Columns> columns = new TreeMap<>();
        columns.put(Buckets.CONFIGURATION, Columns.ALL);
        columns.put(Clause.ofUser(storeId, subject.account().name()), Columns.ALL);
        if (seesEverything(subject, ready)) {
            columns.put(Buckets.EVERYTHING, Columns.ALL);
        }
        for (Grant grant : grants(subject)) {
            for (long bucket : buckets(grant, subject, ready)) {
                columns.merge(bucket, grant.columns(), Columns::and);
            }
            if (columns.size() > BUCKETS_MAX) {
                throw new ScopeLimitException(
                        "The scope of " + subject.account().name() + " has more than "
                                + BUCKETS_MAX + " buckets with the rule " + grant.rule()
                                + ". Give the user fewer values in the attributes that it names.");
            }
        }
        return ScopeSet.of(columns);
    }

    /**
     * By what buckets and columns of the set a user is given content of attachments.
     *
     * @param least what the rule says, or more
     */
    ScopeSet attachments(Subject subject, Set<String> ready, AttachmentPolicy least) {
        Map<Long, Columns> columns = new TreeMap<>();
        if (!subject.account().active()) {
            return ScopeSet.EMPTY;
        } else if (GrantTable.WITHOUT_RULES.compareTo(least) >= 0 && seesEverything(subject, ready)) {
            columns.put(Buckets.EVERYTHING, Columns.ALL);
        }
        for (Grant grant : grants(subject)) {
            if (grant.attachments().compareTo(least) >= 0) {
                buckets(grant, subject, ready).forEach(bucket -> columns.merge(bucket, grant.columns(), Columns::and));
            }
        }
        return ScopeSet.of(columns);
    }

    private boolean seesEverything(Subject subject, Set<String> ready) {
        return ready.contains(Build.EVERYTHING)
                && table.unruled()
                && GrantTable.seesAll(configuration.profileOf(subject.account()));
    }

    /** The buckets of a subject that are due to a grant; no more than one beyond the limit. */
    List<Long> buckets(Grant grant, Subject subject, Set<String> ready) {
        boolean isFor =
                grant.alternative().guards().stream().allMatch(guard -> guard.of(NO_RECORD, subject) == Truth.TRUE);
        Clause clause = isFor ? clauses.get(bound(grant, subject)) : null;
        if (clause == null || !ready.contains(clause.name())) {
            return List.of();
        }
        List<List<Value>> keys = List.of(List.of());
        for (Operand.Parameter parameter : grant.alternative().parameters()) {
            List<List<Value>> longer = new ArrayList<>();
            List<Value> values = subject.keys(parameter);
            for (List<Value> head : keys) {
                for (Value value : values) {
                    if (longer.size() <= BUCKETS_MAX) {
                        List<Value> key = new ArrayList<>(head);
                        key.add(value);
                        longer.add(key);
                    }
                }
            }
            keys = longer;
        }
        return keys.stream().map(clause::bucket).toList();
    }

    /** The clauses of each rule, for whatever user. */
    Map<String, Set<Clause>> clausesByRule() {
        Map<String, Set<Clause>> byRule = new TreeMap<>();
        for (Subject subject : subjects()) {
            for (Grant grant : grants(subject)) {
                Clause clause = clauses.get(bound(grant, subject));
                if (clause != null) {
                    byRule.computeIfAbsent(grant.rule(), rule -> new LinkedHashSet<>())
                            .add(clause);
                }
            }
        }
        return byRule;
    }

    /** The grants of a subject by the rule they come from. */
    List<Grant> grantsOf(Subject subject) {
        return grants(subject);
    }
}
