package io.anabranch.relay.scope.clause;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Operand;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A world as a condition sees it, with the values of its parameters. */
record WorldCircumstances(World world, Map<String, List<Value>> binding) implements Circumstances {

    @Override
    public List<Value> parameter(Operand.Parameter parameter) {
        return binding.getOrDefault(parameter.text(), List.of());
    }

    @Override
    public long nowMillis() {
        return world.nowMillis();
    }

    @Override
    public ZoneId zone() {
        return world.zone();
    }

    @Override
    public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
        if (value == null) {
            throw new IllegalStateException("a condition asks for all records of a type: " + type);
        }
        return world.holding(type, selected, value).stream()
                .filter(Record::alive)
                .toList();
    }
}
