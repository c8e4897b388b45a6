package io.anabranch.bench.simulation;

import io.anabranch.crdt.Kind;
import io.anabranch.crdt.RecordEdit.DeleteRule;
import io.anabranch.crdt.Value;
import io.anabranch.relay.configuration.ConfigurationEdit;
import io.anabranch.replica.schema.AttachmentPolicy;
import io.anabranch.replica.schema.ConfigurationRecord;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.schema.Content;
import io.anabranch.replica.schema.FieldAccess;
import io.anabranch.replica.schema.FieldType;
import io.anabranch.replica.schema.ObjectType;
import io.anabranch.replica.schema.Profile;
import io.anabranch.replica.schema.ScopeRule;
import io.anabranch.replica.schema.TypeAccess;
import io.anabranch.replica.schema.UserAccount;
import io.anabranch.replica.schema.ValidationRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What is configured, as the one who configures it means it, and random changes of it. */
final class ScopedPlan {

    static final List<String> USERS = List.of("ann", "bob", "eve");

    private final World world;
    private final Map<String, Rule> rules = new TreeMap<>();
    private final Map<String, Rights> profiles = new TreeMap<>();
    private final Map<String, UserAccount> users = new TreeMap<>();
    /** The registers that each record ever had, so that a change clears what it does not set. */
    private final Map<String, Set<String>> registers = new HashMap<>();

    private int version;

    /** A scope rule and its condition. */
    record Rule(ScopeRule rule, Term where) {}

    /** A profile and the conditions of its row rights, by type. */
    record Rights(Profile profile, Map<String, Term> rows) {

        static final Rights NONE = new Rights(Profile.NONE, Map.of());

        boolean reads(String type) {
            return profile.access(type).read();
        }

        Term rows(String type) {
            return profile.administrator() ? Term.ALL : rows.getOrDefault(type, Term.ALL);
        }
    }

    /**
     * A change.
     *
     * @param accepted what to do when the relay has taken it
     */
    record Change(String what, ConfigurationEdit edit, Runnable accepted) {}

    ScopedPlan(World world) {
        this.world = world;
    }

    /** Changes whenever something does. */
    int version() {
        return version;
    }

    Map<String, Rule> rules() {
        return rules;
    }

    UserAccount user(String name) {
        return users.getOrDefault(name, UserAccount.named(name));
    }

    Rights rights(String user) {
        return profiles.getOrDefault(user(user).profile(), Rights.NONE);
    }

    /** What a run begins with. */
    List<Change> first() {
        List<Change> first = new ArrayList<>();
        RandomTerms.TYPES.forEach(type -> first.add(type(type)));
        USERS.forEach(user -> first.add(user(user, false)));
        return first;
    }

    Change change() {
        return switch (world.pick(10)) {
            case 0, 1, 2, 3 -> rule();
            case 4, 5, 6 -> user(world.pick(USERS), true);
            case 7 -> type(world.pick(RandomTerms.TYPES));
            default -> profile();
        };
    }

    /** Takes a rule out that the relay cannot follow. */
    Change without(String rule) {
        ConfigurationEdit edit = ConfigurationEdit.removal(ConfigurationType.RULE, rule);
        return new Change("removes " + rule, edit, () -> {
            rules.remove(rule);
            version++;
        });
    }

    private Change rule() {
        String name = "r" + world.pick(4);
        if (rules.containsKey(name) && world.chance(0.25)) {
            return without(name);
        }
        String type = world.pick(RandomTerms.TYPES);
        ScopeRule.Kind kind = world.pick(List.of(
                ScopeRule.Kind.TOP,
                ScopeRule.Kind.TOP,
                ScopeRule.Kind.FULL,
                ScopeRule.Kind.RELATED,
                ScopeRule.Kind.CHILD_AND_PARENT));
        boolean hasParent = kind == ScopeRule.Kind.RELATED || kind == ScopeRule.Kind.CHILD_AND_PARENT;
        if (hasParent && RandomTerms.parent(type).isEmpty()) {
            type = "call";
        }
        boolean all = kind == ScopeRule.Kind.FULL || (kind == ScopeRule.Kind.RELATED && world.chance(0.6));
        Term where = all && world.chance(0.6)
                ? Term.ALL
                : new RandomTerms(world, kind != ScopeRule.Kind.FULL).term(type, world.pick(3));
        ScopeRule rule = new ScopeRule(
                name,
                type,
                kind,
                where.text(),
                hasParent ? RandomTerms.parent(type) : "",
                world.chance(0.05) ? Set.of("tablet") : Set.of(),
                world.chance(0.25) ? Set.of("p" + world.pick(2)) : Set.of(),
                world.chance(0.25) ? fields(field -> world.chance(0.5)) : List.of(),
                world.chance(0.07),
                AttachmentPolicy.WITH_RECORD,
                world.chance(0.9));
        return of(rule.toString(), ConfigurationRecord.of(rule), () -> rules.put(name, new Rule(rule, where)));
    }

    private Change user(String name, boolean mayBeInactive) {
        Map<String, List<Value>> attributes = new LinkedHashMap<>();
        if (world.chance(0.9)) {
            attributes.put("territory", List.of(Value.of(world.pick(RandomTerms.TERRITORIES))));
        }
        attributes.put(
                "territories",
                RandomTerms.TERRITORIES.stream()
                        .filter(territory -> world.chance(0.4))
                        .map(Value::of)
                        .toList());
        if (world.chance(0.8)) {
            attributes.put("level", List.of(Value.of(world.pick(4))));
        }
        String profile = world.pick(List.of("", "p0", "p1"));
        boolean active = !mayBeInactive || world.chance(0.95);
        UserAccount user = new UserAccount(name, profiles.containsKey(profile) ? profile : "", active, attributes);
        return of(user.toString(), ConfigurationRecord.of(user), () -> users.put(name, user));
    }

    private Change profile() {
        String name = "p" + world.pick(2);
        Map<String, TypeAccess> types = new LinkedHashMap<>();
        Map<String, Term> rows = new TreeMap<>();
        for (String type : RandomTerms.TYPES) {
            if (world.chance(0.85)) {
                Term where = world.chance(0.3) ? new RandomTerms(world, true).term(type, 1) : Term.ALL;
                rows.put(type, where);
                Map<String, FieldAccess> fields = new TreeMap<>();
                if (world.chance(0.4)) {
                    fields.put(world.pick(RandomTerms.FIELDS), FieldAccess.NONE);
                    fields.put(world.pick(RandomTerms.FIELDS), FieldAccess.READ);
                }
                types.put(
                        type,
                        new TypeAccess(
                                world.chance(0.9),
                                world.chance(0.95),
                                world.chance(0.9),
                                world.chance(0.9),
                                where.text(),
                                fields));
            }
        }
        Profile profile = new Profile(name, world.chance(0.05), types);
        Rights rights = new Rights(profile, rows);
        return of(profile.toString(), ConfigurationRecord.of(profile), () -> profiles.put(name, rights));
    }

    private Change type(String name) {
        List<FieldType> fields = new ArrayList<>();
        fields.add(field("territory", Content.PICKLIST, world.chance(0.1)));
        fields.add(field("status", Content.PICKLIST, false));
        fields.add(field("amount", Content.INTEGER, false));
        fields.add(field("due", Content.INTEGER, false));
        fields.add(field("secret", Content.TEXT, false));
        if (world.chance(0.9)) {
            fields.add(field("code", Content.TEXT, false));
        }
        fields.add(field("tags", Content.TEXT, false));
        if (!RandomTerms.parent(name).isEmpty()) {
            fields.add(field(RandomTerms.parent(name), Content.REFERENCE, world.chance(0.1)));
        }
        List<ValidationRule> validations = world.chance(0.3)
                ? List.of(new ValidationRule(
                        "small", Set.of(ValidationRule.Event.EDIT), Set.of(), "amount < 5", "Take less."))
                : List.of();
        ObjectType type = new ObjectType(
                name,
                "",
                fields,
                validations,
                List.of(),
                world.chance(0.3) ? DeleteRule.DELETE_WINS : DeleteRule.EDIT_WINS,
                world.chance(0.15) ? "status = 'lost'" : "");
        return of(type.toString(), ConfigurationRecord.of(type), () -> {});
    }

    private FieldType field(String name, Content content, boolean required) {
        List<String> values = !content.equals(Content.PICKLIST)
                ? List.of()
                : name.equals("status") ? RandomTerms.STATES : RandomTerms.TERRITORIES;
        int length = content.equals(Content.TEXT) && !name.equals("tags") && world.chance(0.3) ? 6 : 0;
        return new FieldType(
                name,
                Optional.of(name.equals("tags") ? Kind.SET : Kind.REGISTER),
                content,
                new FieldType.Limits(length, 0, 0),
                new FieldType.Picklist(
                        world.chance(0.2) && !values.isEmpty() ? values.subList(0, 2) : values, Map.of()),
                content.equals(Content.REFERENCE) ? name : "",
                new FieldType.Options(
                        required,
                        name.equals("code") && world.chance(0.5),
                        false,
                        false,
                        content.equals(Content.REFERENCE) && world.chance(0.5),
                        Optional.empty(),
                        ""));
    }

    private Change of(String what, ConfigurationRecord record, Runnable accepted) {
        Set<String> known = registers.computeIfAbsent(record.key().toString(), key -> new TreeSet<>());
        Set<String> cleared = new HashSet<>(known);
        cleared.removeAll(record.registers().keySet());
        ConfigurationEdit edit =
                new ConfigurationEdit(record.type(), record.name(), record.registers(), cleared, false);
        return new Change(what, edit, () -> {
            known.addAll(record.registers().keySet());
            accepted.run();
            version++;
        });
    }

    private static List<String> fields(Predicate<String> wanted) {
        return RandomTerms.FIELDS.stream().filter(wanted).toList();
    }
}
