package io.anabranch.relay.administration;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.crdt.Value;
import io.anabranch.proto.User;
import io.anabranch.replica.schema.UserAccount;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A user as the first version kept one: a row of a table, with attributes of one text each. */
final class EarlierUser {

    private EarlierUser() {}

    static UserAccount decode(byte[] row) {
        try {
            User user = User.parseFrom(row);
            Map<String, List<Value>> attributes = new TreeMap<>();
            user.getAttributesMap().forEach((name, text) -> attributes.put(name, List.of(Value.of(text))));
            return new UserAccount(user.getName(), user.getProfile(), true, attributes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a user's entry is damaged; restore the relay's data", e);
        }
    }
}
