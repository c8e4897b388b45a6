/**
 * The questions an application asks of records: a condition in a subset of SQL, an order and a limit.
 *
 * <p>Start with {@link io.anabranch.replica.query.Query}, which says what the language is. A text goes through three steps:
 * {@code QueryTokens} checks its tokens, so that nothing unexpected or too deep reaches the parser; JSqlParser makes its tree;
 * {@code ConditionReader} turns that into a {@code Condition}, our own small tree, which evaluates itself on a record. Terms:
 * a <b>condition</b> is what follows WHERE in SQL; an <b>operand</b> is what a record is asked for (a field or its id); a
 * <b>test</b> is what is asked of one value of it. Nothing here does IO.
 */
@NullMarked
package io.anabranch.replica.query;

import org.jspecify.annotations.NullMarked;
