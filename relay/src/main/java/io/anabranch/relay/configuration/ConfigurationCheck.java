package io.anabranch.relay.configuration;

import static io.anabranch.relay.configuration.Problems.under;

import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.PeerCertificate;
import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Mentions;
import io.anabranch.replica.query.QueryException;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.schema.Content;
import io.anabranch.replica.schema.FieldType;
import io.anabranch.replica.schema.ObjectType;
import io.anabranch.replica.schema.Profile;
import io.anabranch.replica.schema.ScopeRule;
import io.anabranch.replica.schema.TypeAccess;
import io.anabranch.replica.schema.UserAccount;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Says what in a configuration makes no sense: references to what does not exist, conditions outside the language, limits. Paths are those
 * of the file that declares it: {@code types}, {@code profiles}, {@code rules} or {@code users}, then the name, then what is within.
 */
public final class ConfigurationCheck {

    /** Most object types. */
    public static final int TYPES_MAX = 500;
    /** Most profiles. */
    public static final int PROFILES_MAX = 500;
    /** Most scope rules. */
    public static final int RULES_MAX = 500;
    /** Most attributes of a user. */
    public static final int ATTRIBUTES_MAX = 100;
    /** Most values of an attribute. */
    public static final int VALUES_MAX = 1_000;
    /** Longest name of anything, in UTF-16 units. */
    public static final int NAME_LENGTH_MAX = 100;

    private final Configuration configuration;
    private final Problems problems;

    private ConfigurationCheck(Configuration configuration) {
        this.configuration = configuration;
        this.problems = new Problems(configuration.types());
    }

    /** What makes no sense, in the order of types, profiles, rules and users. */
    public static List<Problem> problems(Configuration configuration) {
        ConfigurationCheck check = new ConfigurationCheck(configuration);
        check.check();
        return List.copyOf(check.problems.found());
    }

    private void check() {
        problems.requireAtMost(List.of("types"), "types", configuration.types().size(), TYPES_MAX);
        problems.requireAtMost(
                List.of("profiles"), "profiles", configuration.profiles().size(), PROFILES_MAX);
        problems.requireAtMost(List.of("rules"), "rules", configuration.rules().size(), RULES_MAX);
        for (ObjectType type : configuration.types().values()) {
            List<String> path = List.of("types", type.name());
            requireName(path, type.name());
            new TypeProblems(type, typeNames(), problems).check(path);
        }
        configuration.profiles().values().forEach(this::check);
        configuration.rules().values().forEach(this::check);
        configuration.users().values().forEach(this::check);
    }

    private Collection<String> typeNames() {
        TreeSet<String> names = new TreeSet<>(configuration.types().keySet());
        if (!names.isEmpty()) {
            names.add(ConfigurationType.USER.recordType());
        }
        return names;
    }

    private void requireName(List<String> path, String name) {
        if (name.isBlank() || name.length() > NAME_LENGTH_MAX || ConfigurationType.isReserved(name)) {
            problems.add(
                    path,
                    "a name is blank, too long, or begins with $",
                    "choose one of at most " + NAME_LENGTH_MAX + " characters");
        }
    }

    private void requireType(List<String> path, String name) {
        // Types without a schema are free, so as long as there is none at all any name may be meant.
        if (!configuration.types().isEmpty()) {
            problems.requireKnown(path, "type", name, configuration.types().keySet());
        }
    }

    private void check(Profile profile) {
        List<String> path = List.of("profiles", profile.name());
        requireName(path, profile.name());
        profile.types().forEach((name, access) -> {
            List<String> own = under(path, "types", name);
            requireType(own, name);
            check(own, name, access);
        });
    }

    private void check(List<String> path, String type, TypeAccess access) {
        problems.requireCondition(under(path, "rows"), access.rows(), type);
        access.fields().keySet().stream()
                .sorted()
                .forEach(field -> requireField(under(path, "fields", field), type, field));
    }

    private void requireField(List<String> path, String typeName, String field) {
        ObjectType type = configuration.types().get(typeName);
        if (type != null) {
            problems.requireKnown(path, "field", field, TypeProblems.fieldNames(type));
        }
    }

    private void check(ScopeRule rule) {
        List<String> path = List.of("rules", rule.name());
        requireName(path, rule.name());
        if (rule.type().isEmpty()) {
            problems.add(path, "a rule needs a type", "say which records it selects");
        } else {
            requireType(under(path, "type"), rule.type());
        }
        problems.requireCondition(under(path, "where"), rule.where(), rule.type());
        if (rule.kind() == ScopeRule.Kind.FULL && names(rule.where())) {
            problems.add(
                    under(path, "where"),
                    "a rule of kind full gives the same to everyone",
                    "leave the parameters out, or choose top");
        }
        checkParent(path, rule);
        rule.columns().forEach(column -> requireField(under(path, "columns"), rule.type(), column));
        rule.profiles().stream()
                .sorted()
                .forEach(profile -> problems.requireKnown(
                        under(path, "profiles"),
                        "profile",
                        profile,
                        configuration.profiles().keySet()));
    }

    /** Whether a condition names the user or the device. */
    private static boolean names(String text) {
        try {
            return !Mentions.of(Condition.parse(text)).parameters().isEmpty();
        } catch (QueryException e) {
            // That is said already.
            return false;
        }
    }

    private void checkParent(List<String> path, ScopeRule rule) {
        boolean needed = rule.kind() == ScopeRule.Kind.RELATED || rule.kind() == ScopeRule.Kind.CHILD_AND_PARENT;
        List<String> own = under(path, "parent");
        if (!needed && !rule.parent().isEmpty()) {
            problems.add(
                    own, "a rule of this kind has no parent", "choose related or child-and-parent, or leave it out");
        } else if (needed && rule.parent().isEmpty()) {
            problems.add(path, "a rule of this kind needs a parent", "name the field that refers to it");
        } else if (needed) {
            requireReference(own, rule);
        }
    }

    private void requireReference(List<String> path, ScopeRule rule) {
        ObjectType type = configuration.types().get(rule.type());
        if (type == null) {
            problems.add(
                    path,
                    "the type of a rule with a parent is not in the schema",
                    "declare it, with the field that refers to the parent");
            return;
        }
        List<String> references = type.fields().stream()
                .filter(field -> field.content() == Content.REFERENCE)
                .map(FieldType::name)
                .toList();
        problems.requireKnown(path, "reference", rule.parent(), references);
    }

    private void check(UserAccount user) {
        List<String> path = List.of("users", user.name());
        try {
            PeerCertificate.administrator(user.name());
        } catch (IdentityException e) {
            problems.add(path, "this cannot be the name of a user", String.valueOf(e.getMessage()));
        }
        if (ConfigurationType.isReserved(user.name())) {
            problems.add(path, "this cannot be the name of a user", "choose one that does not begin with $");
        }
        if (!user.profile().isEmpty() && !configuration.profiles().isEmpty()) {
            problems.requireKnown(
                    under(path, "profile"),
                    "profile",
                    user.profile(),
                    configuration.profiles().keySet());
        }
        checkAttributes(path, user.attributes());
    }

    private void checkAttributes(List<String> path, Map<String, ? extends Collection<?>> attributes) {
        problems.requireAtMost(under(path, "attributes"), "attributes", attributes.size(), ATTRIBUTES_MAX);
        attributes.forEach((name, values) -> {
            List<String> own = under(path, "attributes", name);
            if (name.isBlank() || name.length() > NAME_LENGTH_MAX) {
                problems.add(own, "an attribute's name is blank or too long", "at most " + NAME_LENGTH_MAX);
            }
            problems.requireAtMost(own, "values", values.size(), VALUES_MAX);
        });
    }
}
