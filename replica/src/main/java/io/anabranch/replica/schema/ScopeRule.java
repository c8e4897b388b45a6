package io.anabranch.replica.schema;

import java.util.List;
import java.util.Set;

/**
 * One line of what reaches which devices. Immutable.
 *
 * @param name the rule's name
 * @param type the object type it selects from
 * @param kind how it selects
 * @param where a condition of the WHERE language; blank for all
 * @param parent the field that refers to the parent, for {@link Kind#RELATED} and {@link Kind#CHILD_AND_PARENT}; otherwise empty
 * @param deviceTypes the devices it is for; empty for all
 * @param profiles the profiles it is for; empty for all
 * @param columns the fields that it gives, ascending; empty for all
 * @param metadataOnly whether it gives no content beyond what lists need
 * @param attachments when it gives the content that its records refer to, in the fields that it gives
 * @param active whether it is in force
 */
public record ScopeRule(
        String name,
        String type,
        Kind kind,
        String where,
        String parent,
        Set<String> deviceTypes,
        Set<String> profiles,
        List<String> columns,
        boolean metadataOnly,
        AttachmentPolicy attachments,
        boolean active) {

    /** How a rule selects. */
    public enum Kind {
        /** All records of the type that the condition is true for; the condition names no user or device. */
        FULL,
        /** The records that the condition is true for. */
        TOP,
        /** The records whose parent is in scope and that the condition is true for. */
        RELATED,
        /** The records that the condition is true for, and the parents they refer to. */
        CHILD_AND_PARENT
    }

    /** Copies the sets and sorts the columns. */
    public ScopeRule {
        deviceTypes = Set.copyOf(deviceTypes);
        profiles = Set.copyOf(profiles);
        columns = columns.stream().distinct().sorted().toList();
    }
}
