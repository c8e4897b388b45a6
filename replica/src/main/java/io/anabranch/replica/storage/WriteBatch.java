package io.anabranch.replica.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Changes over any families, applied whole and in their order by {@link Storage#write}. Plain Java: it holds nothing
 * that must be released. Arrays are kept as they are, not copied: they must not change until the batch is written or
 * cleared. One thread at a time.
 */
public final class WriteBatch {
    private final List<Operation> operations = new ArrayList<>();
    private long size;
    private boolean exchanges;

    /**
     * Adds: the key has this value.
     *
     * @param family the family of the key
     * @param key the key
     * @param value the value, which may be empty
     */
    public void put(Family family, byte[] key, byte[] value) {
        add(new Operation(Kind.PUT, family, key, value, null));
    }

    /**
     * Adds: the key has no value. Deleting what is not there is legal.
     *
     * @param family the family of the key
     * @param key the key
     */
    public void delete(Family family, byte[] key) {
        add(new Operation(Kind.DELETE, family, key, new byte[0], null));
    }

    /**
     * Adds: no key {@code from <= key < end} has a value. A range whose end is not greater than its start is empty and
     * adds nothing. Each range deleted costs later reads over it a little until it is compacted away, so it is for
     * hundreds of keys at once; a handful is better deleted one by one.
     *
     * @param family the family of the keys
     * @param from the least key deleted
     * @param end the first key kept
     */
    public void deleteRange(Family family, byte[] from, byte[] end) {
        if (Arrays.compareUnsigned(from, end) < 0) {
            add(new Operation(Kind.DELETE_RANGE, family, from, end, null));
        }
    }

    /**
     * Adds: each of two families has what the other had. What the batch says of them after this is said of them as they are then; a
     * reader sees the exchange with the batch. Costs the same however much they hold.
     *
     * @param one a family
     * @param other another one
     */
    public void exchange(Family one, Family other) {
        add(new Operation(Kind.EXCHANGE, one, new byte[0], new byte[0], other));
        exchanges = true;
    }

    /** Returns whether families are exchanged. */
    boolean exchanges() {
        return exchanges;
    }

    /** Adds the changes of another batch, of families as a function names them. */
    public void addAll(WriteBatch others, UnaryOperator<Family> names) {
        for (Operation operation : others.operations) {
            Family other = operation.other == null ? null : names.apply(operation.other);
            add(new Operation(operation.kind, names.apply(operation.family), operation.key, operation.argument, other));
        }
        exchanges |= others.exchanges;
    }

    /** Returns how many changes were added. */
    public int count() {
        return operations.size();
    }

    /** Returns the bytes of all keys and values added. */
    public long size() {
        return size;
    }

    /** Returns whether no change was added. */
    public boolean isEmpty() {
        return operations.isEmpty();
    }

    /** Removes all changes, so that the batch can be used again. */
    public void clear() {
        operations.clear();
        exchanges = false;
        size = 0;
    }

    /** Hands the changes to an adapter, in their order. */
    <E extends Exception> void replay(Receiver<E> receiver) throws E {
        for (Operation operation : operations) {
            switch (operation.kind) {
                case PUT -> receiver.put(operation.family, operation.key, operation.argument);
                case DELETE -> receiver.delete(operation.family, operation.key);
                case DELETE_RANGE -> receiver.deleteRange(operation.family, operation.key, operation.argument);
                case EXCHANGE -> receiver.exchange(operation.family, Objects.requireNonNull(operation.other));
            }
        }
    }

    private void add(Operation operation) {
        operations.add(operation);
        size += operation.key.length + (long) operation.argument.length;
    }

    /** What an adapter does with each change. */
    interface Receiver<E extends Exception> {
        void put(Family family, byte[] key, byte[] value) throws E;

        void delete(Family family, byte[] key) throws E;

        void deleteRange(Family family, byte[] from, byte[] end) throws E;

        void exchange(Family one, Family other) throws E;
    }

    private enum Kind {
        PUT,
        DELETE,
        DELETE_RANGE,
        EXCHANGE
    }

    private static final class Operation {
        private final Kind kind;
        private final Family family;
        private final byte[] key;
        private final byte[] argument;
        private final @Nullable Family other;

        Operation(Kind kind, Family family, byte[] key, byte[] argument, @Nullable Family other) {
            this.kind = kind;
            this.family = family;
            this.key = key;
            this.argument = argument;
            this.other = other;
        }
    }
}
