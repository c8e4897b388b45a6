package io.anabranch.replica.peer;

/**
 * What an exchange has done.
 *
 * @param sent commits that were sent
 * @param sealed those of them that the other side cannot read
 * @param taken commits that were taken
 */
public record PeerReport(long sent, long sealed, long taken) {}
