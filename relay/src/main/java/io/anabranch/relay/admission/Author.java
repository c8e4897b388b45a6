package io.anabranch.relay.admission;

/**
 * Whose commits they are, as enrolment has established.
 *
 * @param replica the id of the replica
 * @param user the name of the user it is enrolled for
 * @param commitKey the Ed25519 public key of its commits; not copied, not to be changed
 */
public record Author(long replica, String user, byte[] commitKey) {}
