package io.anabranch.relay.attachment;

import io.anabranch.crdt.Field;
import io.anabranch.relay.scope.Columns;
import io.anabranch.relay.scope.ScopeEngine;
import io.anabranch.relay.scope.ScopeLimitException;
import io.anabranch.relay.scope.ScopeSet;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.relay.store.Memberships.Membership;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.schema.AttachmentPolicy;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Rights by scope rules: content is given with the records that a rule with attachments gives, if the field that refers to it is among
 * the rule's columns and the profile may read it.
 */
public final class ScopedRights implements AttachmentRights {

    private final ScopeEngine scopes;

    /** Rights by these scopes. */
    public ScopedRights(ScopeEngine scopes) {
        this.scopes = scopes;
    }

    @Override
    public Judge of(Scopes.Reader reader) {
        Map<AttachmentPolicy, ScopeSet> given = new EnumMap<>(AttachmentPolicy.class);
        given.put(AttachmentPolicy.NONE, seen(reader));
        for (AttachmentPolicy policy : AttachmentPolicy.values()) {
            if (policy != AttachmentPolicy.NONE) {
                given.put(policy, scopes.attachments(reader, policy));
            }
        }
        return (record, hash) -> policy(given, record, hash);
    }

    /** Whose scope is beyond the limits syncs no records, and so no attachments. */
    private ScopeSet seen(Scopes.Reader reader) {
        try {
            return scopes.current(reader);
        } catch (ScopeLimitException e) {
            return ScopeSet.EMPTY;
        }
    }

    private static Optional<AttachmentPolicy> policy(
            Map<AttachmentPolicy, ScopeSet> given, StoredRecord record, ContentHash hash) {
        AttachmentPolicy most = null;
        for (Map.Entry<AttachmentPolicy, ScopeSet> entry : given.entrySet()) {
            if (shows(columns(entry.getValue(), record), record, hash)) {
                most = entry.getKey();
            }
        }
        return Optional.ofNullable(most);
    }

    private static Columns columns(ScopeSet set, StoredRecord record) {
        Columns visible = Columns.NONE;
        for (Membership membership : record.memberships().all()) {
            if (!membership.left()) {
                visible = visible.and(set.columns(membership.bucket()));
            }
        }
        return visible;
    }

    private static boolean shows(Columns visible, StoredRecord record, ContentHash hash) {
        for (Field field : record.record().fields()) {
            if (visible.shows(field)
                    && AttachmentRef.in(field).stream()
                            .anyMatch(ref -> ref.hash().equals(hash))) {
                return true;
            }
        }
        return false;
    }
}
