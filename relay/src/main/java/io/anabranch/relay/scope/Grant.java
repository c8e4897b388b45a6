package io.anabranch.relay.scope;

import io.anabranch.relay.scope.clause.Alternative;
import io.anabranch.replica.schema.AttachmentPolicy;

/**
 * What a rule gives to those it is for: the records that fulfil one alternative of its condition.
 *
 * @param rule the rule's name
 * @param alternative which records
 * @param columns what can be seen of them
 * @param attachments when the content that the records refer to is given with them
 * @param isBound whether its clause is the same for all users
 */
record Grant(String rule, Alternative alternative, Columns columns, AttachmentPolicy attachments, boolean isBound) {

    Grant(String rule, Alternative alternative, Columns columns, AttachmentPolicy attachments) {
        this(
                rule,
                alternative,
                columns,
                attachments,
                alternative.conjunct().parameters().isEmpty());
    }
}
