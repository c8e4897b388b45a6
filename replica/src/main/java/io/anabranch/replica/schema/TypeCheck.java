package io.anabranch.replica.schema;

import io.anabranch.crdt.Entry;
import io.anabranch.crdt.Field;
import io.anabranch.crdt.FieldName;
import io.anabranch.crdt.Kind;
import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit.DeleteRule;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.Rejection;
import io.anabranch.replica.query.Truth;
import io.anabranch.replica.schema.ValidationRule.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One object type, compiled: judges changes of its records by what the schema says. */
final class TypeCheck {

    private final ObjectType type;
    private final Map<String, Checked> fields = new HashMap<>();
    private final List<String> required = new ArrayList<>();
    private final List<Validation> validations = new ArrayList<>();
    private final Optional<RecordCondition> lock;

    private record Checked(FieldType field, ValueCheck values) {}

    private record Validation(ValidationRule rule, RecordCondition condition) {}

    TypeCheck(ObjectType type) {
        this.type = type;
        this.lock = RecordCondition.of(type.lock());
        if (!type.recordTypes().isEmpty()) {
            add(recordType(type));
        }
        type.fields().forEach(this::add);
        for (ValidationRule rule : type.validations()) {
            RecordCondition.of(rule.check()).ifPresent(check -> validations.add(new Validation(rule, check)));
        }
    }

    private void add(FieldType field) {
        fields.put(field.name(), new Checked(field, new ValueCheck(field)));
        if (field.options().required()) {
            required.add(field.name());
        }
    }

    private static FieldType recordType(ObjectType type) {
        return new FieldType(
                ObjectType.RECORD_TYPE,
                Optional.of(Kind.REGISTER),
                Content.PICKLIST,
                FieldType.Limits.NONE,
                new FieldType.Picklist(type.recordTypes(), Map.of()),
                "",
                FieldType.Options.NONE);
    }

    boolean isLocked(Change change, Asking asking) {
        return lock.isPresent()
                && !change.before().isEmpty()
                && lock.get().isDecidable(asking.surroundings())
                && lock.get().of(change.before(), asking) == Truth.TRUE;
    }

    /** Why the schema does not allow the change, null if it does. */
    @Nullable
    Rejection check(Change change, Asking asking) {
        if (type.life() == DeleteRule.DELETE_WINS && change.editsDeleted()) {
            return Refusals.deleted(change.key());
        }
        String recordType = recordType(change.after());
        for (Field written : change.delta().fields()) {
            Rejection rejection = written.name().equals(FieldName.LIFE)
                    ? null
                    : check(written, change.key(), new Within(recordType, asking.surroundings()));
            if (rejection != null) {
                return rejection;
            }
        }
        Rejection missing = missing(change);
        return missing != null ? missing : validate(change, recordType, asking);
    }

    private record Within(String recordType, Surroundings surroundings) {}

    private @Nullable Rejection check(Field written, RecordKey key, Within within) {
        Checked checked = fields.get(written.name().name());
        if (checked == null) {
            return Refusals.fieldRemoved(key, written.name().name());
        }
        Optional<Kind> kind = checked.field.kind();
        if (kind.isEmpty()) {
            return null;
        } else if (!kind.get().equals(written.name().kind())) {
            return Refusals.wrongType(key, checked.field.name(), kind.get().toString());
        }
        for (Entry entry : written.entries()) {
            Value value = kind.get().equals(Kind.SET) ? entry.key() : entry.value();
            Rejection rejection = value == null ? null : check(checked, value, key, within);
            if (rejection != null) {
                return rejection;
            }
        }
        return null;
    }

    private static @Nullable Rejection check(Checked checked, Value value, RecordKey key, Within within) {
        Rejection rejection = checked.values.check(key, value, within.recordType);
        if (rejection != null) {
            return rejection;
        }
        FieldType field = checked.field;
        if (field.content() == Content.REFERENCE && !field.reference().isEmpty()) {
            RecordKey target = reference(field.reference(), value.toString());
            if (target == null) {
                return Refusals.wrongType(key, field.name(), "reference");
            } else if (!field.options().mayDangle() && within.surroundings.isMissing(target)) {
                return Refusals.invalidReference(key, field.name(), target);
            }
        }
        boolean taken = field.options().unique() && within.surroundings.isTaken(key, field.name(), value);
        return taken ? Refusals.duplicate(key, field.name()) : null;
    }

    private static @Nullable RecordKey reference(String type, String id) {
        try {
            return new RecordKey(type, id);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** A new record needs all; in an old one only what the change takes away is missed. */
    private @Nullable Rejection missing(Change change) {
        if (change.event() == Event.DELETE) {
            return null;
        }
        for (String name : required) {
            if ((change.event() == Event.CREATE || change.touches(name)) && !hasValue(change.after(), name)) {
                return Refusals.missing(change.key(), name);
            }
        }
        return null;
    }

    private static boolean hasValue(Record record, String name) {
        for (Field field : record.fields()) {
            if (field.name().name().equals(name)) {
                return !field.name().kind().equals(Kind.REGISTER)
                        || record.value(name).filter(value -> !isBlank(value)).isPresent();
            }
        }
        return false;
    }

    private static boolean isBlank(Value value) {
        return value instanceof Value.Text text && text.text().isBlank();
    }

    private @Nullable Rejection validate(Change change, String recordType, Asking asking) {
        Record asked = change.event() == Event.DELETE ? change.before() : change.after();
        for (Validation validation : validations) {
            ValidationRule rule = validation.rule;
            if (rule.events().contains(change.event())
                    && (rule.recordTypes().isEmpty() || rule.recordTypes().contains(recordType))
                    && isAsked(validation.condition, change, asking)
                    && validation.condition.of(asked, asking) == Truth.FALSE) {
                return Refusals.invalid(change.key(), rule);
            }
        }
        return null;
    }

    /** An edit is not asked for what it leaves alone: an old record may break a rule that is newer than it. */
    private static boolean isAsked(RecordCondition condition, Change change, Asking asking) {
        return condition.isDecidable(asking.surroundings())
                && (change.event() != Event.EDIT || condition.isTouchedBy(change));
    }

    /** Whether the change writes a field that only new records may be given. */
    @Nullable
    String readOnly(Change change) {
        if (change.event() == Event.CREATE || change.delta().creates()) {
            return null;
        }
        for (String name : change.touched()) {
            Checked checked = fields.get(name);
            if (checked != null && checked.field.options().readOnly()) {
                return name;
            }
        }
        return null;
    }

    private static String recordType(Record record) {
        return record.value(ObjectType.RECORD_TYPE).map(Value::toString).orElse("");
    }
}
