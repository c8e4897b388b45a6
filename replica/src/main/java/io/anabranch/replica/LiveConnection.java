package io.anabranch.replica;

/** A replica's standing connection to its relay, made again whenever it is lost. */
public interface LiveConnection extends AutoCloseable {

    /** Ends it. What was under way goes on with the next sync. */
    @Override
    void close();
}
