package io.anabranch.replica.schema;

import java.util.Set;

/**
 * A condition that must hold of a record after a change. Immutable.
 *
 * <p>A change is rejected when the condition is <em>false</em>. Where it is unknown, because a field it asks for is empty, the change is
 * accepted, as by a CHECK constraint of SQL: that a field must not be empty is said by {@code required}, or by {@code IS NOT NULL}.
 *
 * @param name the rule's name, unique within its type
 * @param events the changes it is asked at; never empty
 * @param recordTypes the record types it is asked of; empty for all
 * @param check what must hold, a condition of the WHERE language
 * @param message what the author of a change that is rejected by it is told
 */
public record ValidationRule(String name, Set<Event> events, Set<String> recordTypes, String check, String message) {

    /** A change of a record, as a person sees it. */
    public enum Event {
        /** It was not there before, or was deleted. */
        CREATE,
        /** It was there and still is. */
        EDIT,
        /** It is deleted. The condition is asked of the record as it was. */
        DELETE
    }

    /** Copies the sets. */
    public ValidationRule {
        events = Set.copyOf(events);
        recordTypes = Set.copyOf(recordTypes);
    }
}
