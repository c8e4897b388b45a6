/**
 * The questions that are asked of records, in a subset of SQL: one language for scope rules, finding, watching and validation.
 *
 * <p>Start with {@link io.anabranch.replica.query.Query}, which says what the language is and has its grammar. A text goes
 * through three steps: {@code QueryTokens} checks its tokens, so that nothing unexpected or too deep reaches the parser, and {@code
 * ParameterTokens} makes one token of each parameter and relative time; JSqlParser makes its tree; {@code ConditionReader} turns
 * that into a {@link io.anabranch.replica.query.Condition}, our own small tree. It evaluates itself on a record in some
 * {@link io.anabranch.replica.query.Circumstances}, and has one text, which reads back as the same tree.
 *
 * <p>Terms: a <b>condition</b> is what follows WHERE in SQL; an <b>operand</b> is what it compares; a <b>test</b> is a condition that
 * compares operands, rather than combining conditions; a <b>selection</b> is a sub-query; a <b>flip</b> is a change of what a condition
 * says that only the clock makes. Nothing here does IO or asks for the time.
 */
@NullMarked
package io.anabranch.replica.query;

import org.jspecify.annotations.NullMarked;
