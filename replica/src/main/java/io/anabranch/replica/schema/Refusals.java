package io.anabranch.replica.schema;

import io.anabranch.crdt.RecordKey;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import java.util.Map;

/** What is said to a change that the configuration does not allow. Messages are constant and say what to do next. */
final class Refusals {

    private Refusals() {}

    static Rejection noAccess(RecordKey key, String right) {
        return of(
                key,
                "",
                RejectionCode.INSUFFICIENT_ACCESS,
                "You may not make this change. Ask an administrator for the right, or discard the change.",
                Map.of("right", right));
    }

    static Rejection noFieldAccess(RecordKey key, String field) {
        return of(
                key,
                field,
                RejectionCode.INSUFFICIENT_ACCESS,
                "You may not change this field. Ask an administrator for the right, or leave the field as it was.",
                Map.of("right", "edit-field"));
    }

    static Rejection readOnly(RecordKey key, String field) {
        return of(
                key,
                field,
                RejectionCode.INSUFFICIENT_ACCESS,
                "This field is read-only once the record is made. Leave the field as it was.",
                Map.of("right", "read-only"));
    }

    static Rejection reserved(RecordKey key) {
        return of(
                key,
                "",
                RejectionCode.INSUFFICIENT_ACCESS,
                "Configuration is changed at the relay. Ask an administrator.",
                Map.of("right", "configuration"));
    }

    static Rejection deleted(RecordKey key) {
        return of(
                key,
                "",
                RejectionCode.RECORD_DELETED,
                "The record was deleted meanwhile. Bring it back and make the change again, or discard the change.",
                Map.of());
    }

    static Rejection locked(RecordKey key) {
        return of(
                key,
                "",
                RejectionCode.RECORD_LOCKED,
                "The record is locked. Discard the change, or ask an administrator to make it.",
                Map.of());
    }

    static Rejection typeRemoved(RecordKey key) {
        return of(
                key,
                "",
                RejectionCode.SCHEMA_OUTDATED,
                "Records of this type are no longer kept. Sync, then discard the change or ask an administrator.",
                Map.of());
    }

    static Rejection fieldRemoved(RecordKey key, String field) {
        return of(
                key,
                field,
                RejectionCode.SCHEMA_OUTDATED,
                "This field is not in the schema, or no longer. Sync, then make the change again without it.",
                Map.of());
    }

    static Rejection missing(RecordKey key, String field) {
        return of(
                key,
                field,
                RejectionCode.REQUIRED_FIELD_MISSING,
                "This field must have a value. Fill it in and save again.",
                Map.of());
    }

    static Rejection wrongType(RecordKey key, String field, String expected) {
        return of(
                key,
                field,
                RejectionCode.WRONG_TYPE,
                "The value is not of the field's type. Correct it and save again.",
                Map.of("expected", expected));
    }

    static Rejection tooLong(RecordKey key, String field, String limit, int limitMax) {
        return of(
                key,
                field,
                RejectionCode.TOO_LONG,
                "The value is too long. Shorten it and save again.",
                Map.of(limit + "-max", Integer.toString(limitMax)));
    }

    static Rejection notInPicklist(RecordKey key, String field, String value) {
        return of(
                key,
                field,
                RejectionCode.NOT_IN_PICKLIST,
                "The value is not one of those to choose from. Choose another and save again.",
                Map.of("value", value.substring(0, Math.min(value.length(), 100))));
    }

    static Rejection duplicate(RecordKey key, String field) {
        return of(
                key,
                field,
                RejectionCode.DUPLICATE_VALUE,
                "Another record has this value. Change it here or there and save again.",
                Map.of());
    }

    static Rejection invalidReference(RecordKey key, String field, RecordKey missing) {
        return of(
                key,
                field,
                RejectionCode.INVALID_REFERENCE,
                "The record that this field refers to does not exist. Choose another and save again.",
                Map.of("reference-type", missing.type(), "reference-id", missing.id()));
    }

    static Rejection invalid(RecordKey key, ValidationRule rule) {
        return of(
                key,
                "",
                RejectionCode.VALIDATION_FAILED,
                rule.message().isEmpty() ? "The record breaks a rule. Correct it and save again." : rule.message(),
                Map.of("rule", rule.name()));
    }

    private static Rejection of(
            RecordKey key, String field, RejectionCode code, String message, Map<String, String> details) {
        return Rejection.newBuilder()
                .setCode(code)
                .setType(key.type())
                .setId(key.id())
                .setField(field)
                .setMessage(message)
                .putAllDetails(details)
                .build();
    }
}
