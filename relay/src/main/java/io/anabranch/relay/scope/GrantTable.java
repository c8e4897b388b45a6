package io.anabranch.relay.scope;

import io.anabranch.relay.scope.clause.ClauseCompiler;
import io.anabranch.relay.scope.clause.ClauseException;
import io.anabranch.replica.query.Condition;
import io.anabranch.replica.schema.AttachmentPolicy;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.FieldAccess;
import io.anabranch.replica.schema.Profile;
import io.anabranch.replica.schema.ScopeRule;
import io.anabranch.replica.schema.TypeAccess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What each profile gets on each kind of device: rules and profiles, made into clauses. Knows no users, so it is made anew only when
 * rules, profiles or types change. Immutable.
 */
final class GrantTable {

    /** Stands for all kinds of device that no rule names. */
    static final String OTHER_DEVICES = "";

    /** What holds for attachments as long as there is no rule. */
    static final AttachmentPolicy WITHOUT_RULES = AttachmentPolicy.UNMETERED;

    private final boolean unruled;
    private final Set<String> deviceTypes = new TreeSet<>();
    private final Map<Reach, List<Grant>> grants = new HashMap<>();
    private final Map<String, String> problems = new TreeMap<>();

    private record Reach(Profile profile, String deviceType) {}

    GrantTable(Configuration configuration, Set<Profile> profiles) {
        unruled = configuration.rules().isEmpty();
        deviceTypes.add(OTHER_DEVICES);
        configuration.rules().values().forEach(rule -> deviceTypes.addAll(rule.deviceTypes()));
        for (Profile profile : profiles) {
            for (String deviceType : deviceTypes) {
                RuleConditions conditions = new RuleConditions(configuration, profile, deviceType);
                grants.put(
                        new Reach(profile, deviceType),
                        unruled ? withoutRules(profile, conditions) : byRules(profile, conditions));
            }
        }
    }

    /** Whether everyone is to have what the profile lets them read, since there is no rule. */
    boolean unruled() {
        return unruled;
    }

    /** Whether it says what a profile gets. */
    boolean knows(Profile profile) {
        return grants.containsKey(new Reach(profile, OTHER_DEVICES));
    }

    /** The kinds of device that rules tell apart. */
    Set<String> deviceTypes() {
        return deviceTypes;
    }

    /** What a profile gets on a kind of device. */
    List<Grant> grants(Profile profile, String deviceType) {
        String known = deviceTypes.contains(deviceType) ? deviceType : OTHER_DEVICES;
        return grants.getOrDefault(new Reach(profile, known), List.of());
    }

    /** The rules that give nothing because they cannot be followed. */
    List<ScopeProblem> problems() {
        List<ScopeProblem> found = new ArrayList<>();
        problems.forEach((rule, message) -> found.add(new ScopeProblem(rule, message)));
        return found;
    }

    /** Whether a profile sees every field of every record. */
    static boolean seesAll(Profile profile) {
        return profile.administrator() || profile.types().isEmpty();
    }

    private List<Grant> byRules(Profile profile, RuleConditions conditions) {
        List<Grant> found = new ArrayList<>();
        for (ScopeRule rule : conditions.rules()) {
            try {
                Columns columns = columns(rule);
                List<Grant> own = new ArrayList<>(
                        grants(rule, rule.type(), conditions.of(rule), visible(profile, rule.type(), columns)));
                conditions.ofParents(rule).ifPresent(condition -> {
                    String parent = conditions.parentType(rule);
                    own.addAll(grants(rule, parent, condition, visible(profile, parent, Columns.ALL)));
                });
                found.addAll(own);
            } catch (ClauseException e) {
                problems.put(rule.name(), String.valueOf(e.getMessage()));
            }
        }
        return found;
    }

    private List<Grant> withoutRules(Profile profile, RuleConditions conditions) {
        List<Grant> found = new ArrayList<>();
        if (seesAll(profile)) {
            return found;
        }
        for (Map.Entry<String, TypeAccess> type : new TreeMap<>(profile.types()).entrySet()) {
            if (type.getValue().read()) {
                try {
                    Columns columns = visible(profile, type.getKey(), Columns.ALL);
                    ClauseCompiler.compile(type.getKey(), conditions.readable(type.getKey())).stream()
                            .map(alternative -> new Grant("", alternative, columns, WITHOUT_RULES))
                            .forEach(found::add);
                } catch (ClauseException e) {
                    problems.put("", String.valueOf(e.getMessage()));
                }
            }
        }
        return found;
    }

    private static List<Grant> grants(ScopeRule rule, String type, Condition condition, Columns columns) {
        return ClauseCompiler.compile(type, condition).stream()
                .map(alternative -> new Grant(rule.name(), alternative, columns, rule.attachments()))
                .toList();
    }

    /** What a rule shows of its records. */
    static Columns columns(ScopeRule rule) {
        if (rule.metadataOnly()) {
            return Columns.of(Set.of());
        }
        return rule.columns().isEmpty() ? Columns.ALL : Columns.of(rule.columns());
    }

    /** What is left of columns for a profile. */
    static Columns visible(Profile profile, String type, Columns columns) {
        if (profile.administrator()) {
            return columns;
        }
        Set<String> hidden = new LinkedHashSet<>();
        profile.access(type).fields().forEach((field, access) -> {
            if (access == FieldAccess.NONE) {
                hidden.add(field);
            }
        });
        return columns.without(hidden);
    }
}
