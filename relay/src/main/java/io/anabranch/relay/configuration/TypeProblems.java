package io.anabranch.relay.configuration;

import static io.anabranch.relay.configuration.Problems.under;

import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.replica.schema.Content;
import io.anabranch.replica.schema.FieldType;
import io.anabranch.replica.schema.ObjectType;
import io.anabranch.replica.schema.ValidationRule;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Says what in an object type makes no sense. */
final class TypeProblems {

    private static final int FIELDS_MAX = 1_000;
    private static final int VALUES_MAX = 5_000;
    private static final Set<Content> NUMBERS = Set.of(Content.INTEGER, Content.DECIMAL);
    private static final Set<Content> TEXTS =
            Set.of(Content.TEXT, Content.EMAIL, Content.URL, Content.BYTES, Content.ANY);

    private final ObjectType type;
    private final Collection<String> types;
    private final Problems problems;

    /** @param types the names of types that may be referred to */
    TypeProblems(ObjectType type, Collection<String> types, Problems problems) {
        this.type = type;
        this.types = types;
        this.problems = problems;
    }

    static Collection<String> fieldNames(ObjectType type) {
        Collection<String> names = new TreeSet<>();
        type.fields().forEach(field -> names.add(field.name()));
        if (!type.recordTypes().isEmpty()) {
            names.add(ObjectType.RECORD_TYPE);
        }
        return names;
    }

    void check(List<String> path) {
        problems.requireAtMost(under(path, "fields"), "fields", type.fields().size(), FIELDS_MAX);
        type.fields().forEach(field -> check(under(path, "fields", field.name()), field));
        type.validations().forEach(rule -> check(under(path, "validations", rule.name()), rule));
        problems.requireCondition(under(path, "lock"), type.lock(), type.name());
    }

    private void check(List<String> path, FieldType field) {
        if (!isName(field.name())) {
            problems.add(path, "this cannot be the name of a field", "choose another; id is the record's own");
        } else if (field.name().equals(ObjectType.RECORD_TYPE)) {
            problems.add(path, "the record type is not declared as a field", "list the record types of the type");
        }
        checkPicklist(path, field);
        checkReference(path, field);
        checkLimits(path, field);
        checkKind(path, field);
        checkDefault(path, field);
    }

    private static boolean isName(String name) {
        return !name.isBlank() && name.length() <= FieldName.LENGTH_MAX && !name.equals("id");
    }

    private void checkPicklist(List<String> path, FieldType field) {
        FieldType.Picklist picklist = field.picklist();
        boolean isPicklist = field.content() == Content.PICKLIST;
        if (isPicklist && picklist.values().isEmpty()) {
            problems.add(path, "a picklist needs values", "list them under values");
        } else if (!isPicklist && !picklist.values().isEmpty()) {
            problems.add(under(path, "values"), "only a picklist has values", "make its type picklist");
        }
        problems.requireAtMost(
                under(path, "values"), "values", picklist.values().size(), VALUES_MAX);
        picklist.valuesFor().forEach((recordType, values) -> {
            List<String> own = under(path, "valuesFor", recordType);
            problems.requireKnown(own, "record type", recordType, type.recordTypes());
            values.forEach(value -> problems.requireKnown(own, "value", value, picklist.values()));
        });
    }

    private void checkReference(List<String> path, FieldType field) {
        if (field.content() == Content.REFERENCE && field.reference().isEmpty()) {
            problems.add(path, "a reference needs a type that it refers to", "name it under references");
        } else if (field.content() != Content.REFERENCE && !field.reference().isEmpty()) {
            problems.add(under(path, "references"), "only a reference refers to a type", "make its type reference");
        } else if (!field.reference().isEmpty()) {
            problems.requireKnown(under(path, "references"), "type", field.reference(), types);
        }
    }

    private void checkLimits(List<String> path, FieldType field) {
        FieldType.Limits limits = field.limits();
        if (limits.length() > 0 && !TEXTS.contains(field.content())) {
            problems.add(under(path, "length"), "only texts and bytes have a length", "leave it out");
        }
        if (limits.precision() > 0 && !NUMBERS.contains(field.content())) {
            problems.add(under(path, "precision"), "only numbers have a precision", "leave it out");
        } else if (limits.scale() > limits.precision()) {
            problems.add(
                    under(path, "scale"),
                    "the scale is greater than the precision",
                    "the precision counts all digits, the scale those after the point");
        } else if (limits.scale() > 0 && field.content() == Content.INTEGER) {
            problems.add(under(path, "scale"), "an integer has no digits after the point", "make its type decimal");
        }
    }

    private void checkKind(List<String> path, FieldType field) {
        Kind kind = field.kind().orElse(Kind.REGISTER);
        Content content = field.content();
        if (kind.equals(Kind.COUNTER) && content != Content.ANY && content != Content.INTEGER) {
            problems.add(under(path, "type"), "a counter counts integers", "leave the type out");
        } else if (kind.equals(Kind.FLAG) && content != Content.ANY && content != Content.BOOLEAN) {
            problems.add(under(path, "type"), "a flag is on or off", "leave the type out");
        }
        boolean counts = kind.equals(Kind.COUNTER) || kind.equals(Kind.FLAG);
        if (counts && field.options().unique()) {
            problems.add(under(path, "unique"), "a counter or flag cannot be unique", "leave it out");
        } else if (counts && field.options().required()) {
            problems.add(under(path, "required"), "a counter or flag cannot be required", "leave it out");
        }
    }

    private void checkDefault(List<String> path, FieldType field) {
        field.options()
                .defaultValue()
                .filter(value -> !field.accepts(value))
                .ifPresent(value -> problems.add(
                        under(path, "default"), "the default is not a value that the field takes: " + value, ""));
    }

    private void check(List<String> path, ValidationRule rule) {
        if (rule.check().isBlank()) {
            problems.add(path, "a validation needs a condition", "say under check what must hold");
        }
        if (rule.message().isBlank()) {
            problems.add(path, "a validation needs a message", "say what its author is to do");
        }
        if (rule.events().isEmpty()) {
            problems.add(under(path, "when"), "a validation is asked at nothing", "name create, edit or delete");
        }
        problems.requireCondition(under(path, "check"), rule.check(), type.name());
        for (String recordType : new TreeSet<>(rule.recordTypes())) {
            problems.requireKnown(under(path, "recordTypes"), "record type", recordType, type.recordTypes());
        }
    }
}
