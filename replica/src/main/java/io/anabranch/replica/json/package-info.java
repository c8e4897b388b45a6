/**
 * Records as JSON: what export and dump print, and what import and replay read.
 *
 * <p>Start with {@link io.anabranch.replica.json.RecordJson}, which writes and documents the form; {@link
 * io.anabranch.replica.json.FieldsJson} reads a JSON object of fields as changes of a record. Nothing here does IO of its own.
 */
@NullMarked
package io.anabranch.replica.json;

import org.jspecify.annotations.NullMarked;
