package io.anabranch.replica.reconcile;

import java.util.List;

/** What the answering side says of one range. */
sealed interface Answer {

    /** It has the same. */
    record Same() implements Answer {}

    /** It has something else: these are the parts, which cover the range. */
    record Parts(List<Part> parts) implements Answer {}

    /** It has something else, namely these, ascending. */
    record Named(List<Item> items) implements Answer {}

    /** An item and its hash, as a fingerprint of one. */
    record Item(byte[] key, Fingerprint hash) {}
}
