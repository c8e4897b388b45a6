package io.anabranch.replica.attachment;

import io.anabranch.replica.schema.AttachmentPolicy;

/**
 * What the relay says of content that a device asks about.
 *
 * @param policy when the device gets it, by the rules that give the records that refer to it; NONE also if there are none
 * @param isHere whether the relay has it whole; told only to who may have it
 */
public record AttachmentAnswer(AttachmentPolicy policy, boolean isHere) {}
