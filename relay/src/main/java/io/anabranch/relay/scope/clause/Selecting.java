package io.anabranch.relay.scope.clause;

import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Condition;
import java.util.List;
import java.util.Map;

/**
 * What a sub-query within a test asks of the records of its type.
 *
 * @param type the type
 * @param where must be true
 * @param binding the values of its parameters
 */
record Selecting(String type, Condition where, Map<String, List<Value>> binding) {}
