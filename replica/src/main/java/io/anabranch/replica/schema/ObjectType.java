package io.anabranch.replica.schema;

import io.anabranch.crdt.RecordEdit.DeleteRule;
import java.util.List;
import java.util.Optional;

/**
 * What records of one type are like. Immutable.
 *
 * @param name the type's name
 * @param label what people call it; empty for its name
 * @param fields its fields, by name
 * @param validations what must hold of its records, by name
 * @param recordTypes the kinds of record within the type; the register {@value #RECORD_TYPE} says which one a record is. Empty for
 *     none, and then no record has one
 * @param life what concurrent deletion and editing of a record come to
 * @param lock a condition of the WHERE language: records it is true for take no changes; blank for none
 */
public record ObjectType(
        String name,
        String label,
        List<FieldType> fields,
        List<ValidationRule> validations,
        List<String> recordTypes,
        DeleteRule life,
        String lock) {

    /** The register that says of which record type a record is. */
    public static final String RECORD_TYPE = "recordType";

    /** Copies the lists. */
    public ObjectType {
        fields = List.copyOf(fields);
        validations = List.copyOf(validations);
        recordTypes = List.copyOf(recordTypes);
    }

    /** The field of this name. */
    public Optional<FieldType> field(String fieldName) {
        return fields.stream().filter(field -> field.name().equals(fieldName)).findFirst();
    }
}
