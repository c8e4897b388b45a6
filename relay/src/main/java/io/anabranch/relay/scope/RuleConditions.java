package io.anabranch.relay.scope;

import io.anabranch.relay.scope.clause.ClauseException;
import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.QueryException;
import io.anabranch.replica.query.Selection;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.Profile;
import io.anabranch.replica.schema.ScopeRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The conditions that rules come to for one profile and one kind of device, whatever their kind: what is related to something in
 * scope is written as a sub-query of what is in scope there, and the row rights of the profile are part of every condition.
 */
final class RuleConditions {

    /** Most rules that follow from each other. */
    static final int DEPTH_MAX = 8;

    private final Configuration configuration;
    private final Profile profile;
    private final String deviceType;

    RuleConditions(Configuration configuration, Profile profile, String deviceType) {
        this.configuration = configuration;
        this.profile = profile;
        this.deviceType = deviceType;
    }

    /** The rules that are in force here, by name. */
    List<ScopeRule> rules() {
        return configuration.rules().values().stream().filter(this::applies).toList();
    }

    private boolean applies(ScopeRule rule) {
        return rule.active()
                && (rule.profiles().isEmpty() || rule.profiles().contains(profile.name()))
                && (rule.deviceTypes().isEmpty() || rule.deviceTypes().contains(deviceType))
                && profile.access(rule.type()).read();
    }

    /** Which records of its type a rule gives. */
    Condition of(ScopeRule rule) {
        return of(rule, List.of());
    }

    /** Which parents a rule gives, empty if it is not of a kind that does. */
    Optional<Condition> ofParents(ScopeRule rule) {
        boolean given = rule.kind() == ScopeRule.Kind.CHILD_AND_PARENT
                && profile.access(parentType(rule)).read();
        return given ? Optional.of(ofParents(rule, List.of())) : Optional.empty();
    }

    /** All records of a type that the profile may read. */
    Condition readable(String type) {
        return parse(profile.access(type).rows(), "the rows of the profile " + profile.name());
    }

    /** The type that a rule's parent field refers to: by the schema, or if that does not say, the field's name. */
    String parentType(ScopeRule rule) {
        if (rule.parent().isEmpty()) {
            throw new ClauseException("it needs the field that refers to the parent");
        }
        return Optional.ofNullable(configuration.types().get(rule.type()))
                .flatMap(type -> type.field(rule.parent()))
                .map(field -> field.reference())
                .filter(type -> !type.isEmpty())
                .orElse(rule.parent());
    }

    private Condition of(ScopeRule rule, List<String> from) {
        List<String> path = longer(rule, from);
        List<Condition> parts = new ArrayList<>();
        parts.add(parse(rule.where(), "its condition"));
        parts.add(readable(rule.type()));
        if (rule.kind() == ScopeRule.Kind.RELATED) {
            Operand.Field parent = new Operand.Field(rule.parent());
            String parentType = parentType(rule);
            parts.add(new Condition.AmongSelected(
                    parent, new Selection(parentType, new Operand.Id(), inScope(parentType, path))));
        }
        return Condition.all(parts);
    }

    private Condition ofParents(ScopeRule rule, List<String> from) {
        Selection children = new Selection(rule.type(), new Operand.Field(rule.parent()), of(rule, from));
        return Condition.all(
                List.of(new Condition.AmongSelected(new Operand.Id(), children), readable(parentType(rule))));
    }

    /** What any rule gives of a type. */
    private Condition inScope(String type, List<String> path) {
        List<Condition> ways = new ArrayList<>();
        for (ScopeRule rule : rules()) {
            if (rule.type().equals(type)) {
                ways.add(of(rule, path));
            }
            if (rule.kind() == ScopeRule.Kind.CHILD_AND_PARENT
                    && parentType(rule).equals(type)) {
                ways.add(ofParents(rule, path));
            }
        }
        return Condition.any(ways);
    }

    private static List<String> longer(ScopeRule rule, List<String> from) {
        List<String> path = new ArrayList<>(from);
        path.add(rule.name());
        if (from.contains(rule.name())) {
            throw new ClauseException("it follows from itself: " + String.join(" from ", path));
        } else if (path.size() > DEPTH_MAX) {
            throw new ClauseException(
                    "more than " + DEPTH_MAX + " rules follow from each other: " + String.join(" from ", path));
        }
        return path;
    }

    private static Condition parse(String text, String what) {
        try {
            return Condition.parse(text);
        } catch (QueryException e) {
            throw new ClauseException(what + " cannot be read: " + e.getMessage());
        }
    }
}
