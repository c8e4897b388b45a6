package io.anabranch.crdt;

/**
 * The sum of all increments of a counter that the relay has confirmed, in place of their entries.
 *
 * <p>Only the relay folds, so folds of one field are totally ordered by position and a join takes the later one. The
 * increments it covers are in the record's context and no longer among the entries, hence the general join drops them
 * wherever they still stand, and keeps those it does not cover.
 *
 * @param at the position of the latest increment in the total, or a later one
 * @param total the sum
 */
public record Fold(Position at, Value total) {}
