package io.anabranch.relay.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small table of the relay, such as its users or devices: some thousand entries of bytes.
 *
 * <p>Any thread calls any method. What is written is durable when the method returns. {@link #putIfAbsent} and {@link #replace}
 * compare and change in one step, also against other nodes that share the store. Arrays are not kept and not shared. Fails
 * with the exception of the store's adapter; nothing is changed then.
 */
public interface RelayTable {

    /** The value of a key, null if there is none. */
    byte @Nullable [] get(byte[] key);

    /** Sets the value of a key. */
    void put(byte[] key, byte[] value);

    /** Removes a key; does nothing if it is not there. */
    void delete(byte[] key);

    /** Sets the value of a key that has none; whether it did. */
    boolean putIfAbsent(byte[] key, byte[] value);

    /** Sets the value of a key whose value is {@code expected}; whether it did. */
    boolean replace(byte[] key, byte[] expected, byte[] value);

    /** All entries, ascending by the unsigned bytes of their keys. Costs their size. */
    List<Row> rows();

    /**
     * An entry.
     *
     * @param key its key
     * @param value its value
     */
    record Row(byte[] key, byte[] value) {}
}
