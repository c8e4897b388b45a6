package io.anabranch.replica.storage;

/**
 * A column family: a named space of keys with an order of its own, sharing batches, snapshots and the log with the other
 * families of its store.
 *
 * @param name the name on disk, not blank; renaming a family loses sight of what it holds
 */
public record Family(String name) {
    /** Checks the name. */
    public Family {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a family needs a name");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
