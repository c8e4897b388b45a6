package io.anabranch.replica.storage;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * What an {@link EncryptedStorage} is to know of its families.
 *
 * @param hidden those whose keys are secret too
 * @param standIns families that may be exchanged with another one, and that one: values are encrypted for a family, and may be read in one
 *     that took its place. A hidden one only stands in for a hidden one.
 * @param ofParts the family, or one that stands in for it, into which parts are ingested
 */
public record EncryptedFamilies(Set<Family> hidden, Map<Family, Family> standIns, Family ofParts) {

    /** Copies the sets. */
    public EncryptedFamilies {
        hidden = Set.copyOf(hidden);
        standIns = Map.copyOf(standIns);
    }

    boolean isHidden(Family family) {
        return hidden.contains(family);
    }

    /** What the values of a family are encrypted for, before the key: joined with it, it is another one for each family. */
    byte[] place(Family family) {
        String name = standIns.getOrDefault(family, family).name();
        return (name + '\0').getBytes(StandardCharsets.UTF_8);
    }
}
