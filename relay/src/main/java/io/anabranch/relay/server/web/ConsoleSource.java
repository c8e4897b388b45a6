package io.anabranch.relay.server.web;

/** Where the console's pages come from. Called on workers, several at a time; may wait for the disk. */
public interface ConsoleSource {

    /** The relay as it is now, or was a moment ago. */
    Overview overview();

    /** Whether the parts of the relay work. */
    Health health();

    /** The metrics in the text format of Prometheus. */
    String metrics();
}
