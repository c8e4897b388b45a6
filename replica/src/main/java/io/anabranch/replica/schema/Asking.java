package io.anabranch.replica.schema;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Operand;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The circumstances of a condition that is asked of a change: the writer's attributes, and the surroundings. */
record Asking(Writer writer, Surroundings surroundings) implements Circumstances {

    @Override
    public List<Value> parameter(Operand.Parameter parameter) {
        Map<String, List<Value>> attributes = switch (parameter.owner()) {
            case USER -> writer.user().attributes();
            case DEVICE -> writer.device();
        };
        return attributes.getOrDefault(parameter.name(), List.of());
    }

    @Override
    public long nowMillis() {
        return surroundings.nowMillis();
    }

    @Override
    public ZoneId zone() {
        return surroundings.zone();
    }

    @Override
    public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
        return surroundings.records(type, selected, value);
    }
}
