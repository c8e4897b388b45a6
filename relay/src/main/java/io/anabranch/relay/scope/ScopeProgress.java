package io.anabranch.relay.scope;

/**
 * How far the relay is on the way to what is configured.
 *
 * @param isInEffect whether users are given what is configured
 * @param recordsRead how many records were read for it; 0 if it is in effect
 * @param recordsTotal about how many have to be read, at least as many as were
 */
public record ScopeProgress(boolean isInEffect, long recordsRead, long recordsTotal) {

    static final ScopeProgress DONE = new ScopeProgress(true, 0, 0);

    static ScopeProgress of(long recordsRead, long recordsTotal) {
        return new ScopeProgress(false, recordsRead, Math.max(recordsRead, recordsTotal));
    }
}
