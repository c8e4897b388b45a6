/**
 * Configuration as data: what records are like, who may do what with them, and which of them reach which device.
 *
 * <p>Start with {@link io.anabranch.replica.schema.Configuration}. It is made from records of reserved types, which sync like all others
 * and which only the relay writes:
 *
 * <pre>
 * $type/NAME     field.NAME validation.NAME (JSON)  recordTypes (JSON list)  life  lock  label
 * $profile/NAME  type.NAME (JSON)  administrator
 * $rule/NAME     type kind where parent  deviceTypes profiles columns (JSON lists)  metadataOnly attachments active
 * $user/NAME     profile active  attr.NAME (JSON)
 * </pre>
 *
 * <p>All fields are registers that hold text, so that administrators who change different parts at once do not undo each other's work. Reading is
 * tolerant: what this version does not know is left alone, so that an old device meets a newer schema without loss, and a right that cannot
 * be read is no right.
 */
@NullMarked
package io.anabranch.replica.schema;

import org.jspecify.annotations.NullMarked;
