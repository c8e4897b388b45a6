package io.anabranch.replica;

import io.anabranch.crdt.RecordKey;
import io.anabranch.replica.reconcile.KeyRange;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.FieldType;
import io.anabranch.replica.schema.ObjectType;
import io.anabranch.replica.wire.RecordKeys;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A part of the records, to be refreshed alone: compared with the relay's after everything pending is up and everything new is down, and
 * fetched where they differ. When it has ended well, this part is what the relay has for the device.
 */
public sealed interface RefreshPart {

    /** All records of a type. */
    record Type(String type) implements RefreshPart {}

    /** A record, and those of all types that can refer to it, by the configuration. */
    record OneRecord(RecordKey key) implements RefreshPart {}

    /** All records of a type. */
    static RefreshPart type(String type) {
        return new Type(type);
    }

    /** A record and what refers to it. */
    static RefreshPart record(String type, String id) {
        return new OneRecord(new RecordKey(type, id));
    }

    /** Its keys, ascending and apart from each other. */
    default List<KeyRange> ranges(Configuration configuration) {
        if (this instanceof Type whole) {
            return List.of(range(whole.type));
        }
        RecordKey key = ((OneRecord) this).key;
        Collection<String> referring = new TreeSet<>();
        configuration.types().forEach((name, type) -> {
            if (refersTo(type, key.type())) {
                referring.add(name);
            }
        });
        byte[] from = RecordKeys.encode(key);
        // The key with a zero byte is the next there can be.
        KeyRange itself = new KeyRange(from, Arrays.copyOf(from, from.length + 1));
        return Stream.concat(
                        referring.contains(key.type()) ? Stream.empty() : Stream.of(itself),
                        referring.stream().map(RefreshPart::range))
                .sorted((one, other) -> Arrays.compareUnsigned(one.from(), other.from()))
                .toList();
    }

    private static KeyRange range(String type) {
        return new KeyRange(RecordKeys.firstOf(type), RecordKeys.endOf(type));
    }

    private static boolean refersTo(ObjectType type, String target) {
        return type.fields().stream().map(FieldType::reference).anyMatch(target::equals);
    }
}
