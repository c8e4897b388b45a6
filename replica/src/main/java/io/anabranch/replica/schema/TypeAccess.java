package io.anabranch.replica.schema;

import java.util.Map;

/**
 * What a profile may do with the records of a type. Immutable.
 *
 * @param create whether it may make new ones
 * @param read whether it may see them
 * @param edit whether it may change them
 * @param delete whether it may delete them, and bring deleted ones back
 * @param rows a condition of the WHERE language that says which records all of this is about; blank for all
 * @param fields the access to single fields; those not named: {@link FieldAccess#EDIT}
 */
public record TypeAccess(
        boolean create, boolean read, boolean edit, boolean delete, String rows, Map<String, FieldAccess> fields) {

    /** Everything. */
    public static final TypeAccess FULL = new TypeAccess(true, true, true, true, "", Map.of());

    /** Nothing. */
    public static final TypeAccess NONE = new TypeAccess(false, false, false, false, "", Map.of());

    /** Copies the fields. */
    public TypeAccess {
        fields = Map.copyOf(fields);
    }

    /** The access to a field. */
    public FieldAccess field(String name) {
        return fields.getOrDefault(name, FieldAccess.EDIT);
    }
}
