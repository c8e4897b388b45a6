package io.anabranch.relay.configuration;

import io.anabranch.replica.query.Condition;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.QueryException;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.FieldType;
import io.anabranch.replica.schema.ObjectType;
import io.anabranch.replica.schema.ValidationRule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which fields the check of commits looks up by value: unique ones, and those that sub-queries of its conditions select. */
final class Lookups {

    private final Map<String, Set<String>> fields = new HashMap<>();

    private Lookups() {}

    /** By type, the names of the fields. */
    static Map<String, Set<String>> of(Configuration configuration) {
        Lookups lookups = new Lookups();
        for (ObjectType type : configuration.types().values()) {
            type.fields().stream()
                    .filter(field -> field.options().unique())
                    .map(FieldType::name)
                    .forEach(field -> lookups.add(type.name(), field));
            lookups.addSelected(type.lock());
            type.validations().stream().map(ValidationRule::check).forEach(lookups::addSelected);
        }
        configuration
                .profiles()
                .values()
                .forEach(profile -> profile.types().values().forEach(access -> lookups.addSelected(access.rows())));
        return Map.copyOf(lookups.fields);
    }

    private void add(String type, String field) {
        fields.computeIfAbsent(type, name -> new HashSet<>()).add(field);
    }

    private void addSelected(String text) {
        try {
            addSelected(Condition.parse(text));
        } catch (QueryException e) {
            // Such a condition is not asked either.
            return;
        }
    }

    private void addSelected(Condition condition) {
        if (condition instanceof Condition.AmongSelected among) {
            if (among.selection().selected() instanceof Operand.Field field) {
                add(among.selection().type(), field.name());
            }
            addSelected(among.selection().where());
        }
        parts(condition).forEach(this::addSelected);
    }

    private static List<Condition> parts(Condition condition) {
        if (condition instanceof Condition.All all) {
            return all.parts();
        } else if (condition instanceof Condition.Any any) {
            return any.parts();
        }
        return condition instanceof Condition.Not not ? List.of(not.part()) : List.of();
    }
}
