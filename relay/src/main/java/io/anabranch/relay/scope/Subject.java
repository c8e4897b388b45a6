package io.anabranch.relay.scope;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.Value;
import io.anabranch.replica.query.Circumstances;
import io.anabranch.replica.query.Operand;
import io.anabranch.replica.query.Relation;
import io.anabranch.replica.schema.UserAccount;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user on a device, as guards and keys ask for them.
 *
 * @param account the user
 * @param device the attributes of the device
 * @param moment now
 */
record Subject(UserAccount account, Map<String, List<Value>> device, Circumstances moment) implements Circumstances {

    /** The kind of the device. */
    String deviceType() {
        List<Value> type = device.getOrDefault("type", List.of());
        return type.isEmpty() ? GrantTable.OTHER_DEVICES : type.get(0).toString();
    }

    @Override
    public List<Value> parameter(Operand.Parameter parameter) {
        Map<String, List<Value>> attributes = parameter.owner() == Operand.Owner.USER ? account.attributes() : device;
        return attributes.getOrDefault(parameter.name(), List.of());
    }

    /** The values of a parameter as keys have them, each once. */
    List<Value> keys(Operand.Parameter parameter) {
        return parameter(parameter).stream().map(Relation::key).distinct().toList();
    }

    @Override
    public long nowMillis() {
        return moment.nowMillis();
    }

    @Override
    public ZoneId zone() {
        return moment.zone();
    }

    @Override
    public Iterable<Record> records(String type, Operand.Stored selected, @Nullable Value value) {
        return List.of();
    }
}
