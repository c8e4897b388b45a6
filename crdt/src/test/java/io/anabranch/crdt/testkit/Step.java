package io.anabranch.crdt.testkit;

import java.util.List;

/** What happened in a {@link History}. Replicas and edits are numbered from 0, edits in the order in which they were made. */
public sealed interface Step {

    /** A replica edited its copy; {@code stamp} is the hybrid logical time that its writes have. */
    record Edited(int replica, int edit, List<Change> changes, long stamp) implements Step {}

    /** The delta of an edit came to a replica, and of that edit only. */
    record Delivered(int replica, int edit) implements Step {}

    /** A replica joined all that another one knows. */
    record Merged(int replica, int from) implements Step {}

    /** The relay joined the delta of an edit. */
    record Admitted(int edit) implements Step {}

    /** The relay refused an edit for good. */
    record Rejected(int edit) implements Step {}

    /** A replica took the relay's state as its base, and joined it. */
    record Pulled(int replica) implements Step {}
}
