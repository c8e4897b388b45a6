/**
 * Configuration as a file that people write: one YAML document with the sections {@code types}, {@code profiles}, {@code rules} and {@code
 * users}.
 *
 * <p>Start with {@link io.anabranch.relay.declaration.Declaration}, which reads a text and finds everything that is wrong with it, each
 * with its line and column. {@link io.anabranch.relay.declaration.DeclarationPlan} says what applying it would change, and {@link
 * io.anabranch.relay.declaration.DeclarationText} writes a configuration as such a file. A text goes through three steps: the events of the
 * YAML parser become a small tree of our own with places; shapes say which keys and values may stand where, and make JSON of it; that is
 * what the registers of the configuration records hold.
 */
@NullMarked
package io.anabranch.relay.declaration;

import org.jspecify.annotations.NullMarked;
