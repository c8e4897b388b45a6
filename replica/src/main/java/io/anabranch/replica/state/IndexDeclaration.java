package io.anabranch.replica.state;

/**
 * Asks for an index of a field: of what records of a type hold there.
 *
 * @param type the object type
 * @param field the field's name
 */
public record IndexDeclaration(String type, String field) {}
